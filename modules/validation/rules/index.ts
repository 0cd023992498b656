export * from "./aws";
export * from "./kubernetes";
export * from "./machines";
export * from "./regions";
export * from "./terraform";
