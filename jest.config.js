/** Shared by every project: TypeScript through swc, and jose (ESM only) with it. */
const shared = {
  testEnvironment: "node",
  transform: { "\\.[jt]s$": ["@swc/jest", { jsc: { target: "es2023" } }] },
  transformIgnorePatterns: ["/node_modules/(?!jose/)"],
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/cdktf.out/"],
};

module.exports = {
  projects: [
    {
      ...shared,
      displayName: "unit",
      testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
    },
  ],
};
