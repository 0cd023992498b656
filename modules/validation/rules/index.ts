export * from "./aws";
export * from "./kubernetes";
export * from "./regions";
export * from "./terraform";
