export * from "./aws";
export * from "./kubernetes";
export * from "./terraform";
