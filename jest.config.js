/** Shared by both projects: TypeScript through swc, and what is ESM only with it. */
const shared = {
  testEnvironment: "node",
  transform: { "\\.m?[jt]s$": ["@swc/jest", { jsc: { target: "es2023" } }] },
  transformIgnorePatterns: ["/node_modules/(?!(jose|@clack|sisteransi|fast-[\\w-]+)/)"],
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/cdktf.out/"],
};

module.exports = {
  // Terraform and its providers spend half of their time waiting.
  maxWorkers: "100%",
  reporters: ["default", "<rootDir>/__tests__/e2e/support/skip-reporter.cjs"],
  projects: [
    {
      ...shared,
      displayName: "unit",
      testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", "<rootDir>/__tests__/e2e/"],
      globalSetup: "<rootDir>/__tests__/support/global-setup.ts",
      globalTeardown: "<rootDir>/__tests__/support/global-teardown.ts",
    },
    {
      ...shared,
      displayName: "e2e",
      testMatch: ["<rootDir>/__tests__/e2e/**/*.test.ts"],
      globalSetup: "<rootDir>/__tests__/e2e/support/global-setup.ts",
      globalTeardown: "<rootDir>/__tests__/e2e/support/global-teardown.ts",
    },
  ],
};
