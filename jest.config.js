const { availableParallelism } = require("node:os");

/** Shared by both projects: TypeScript through swc, and what is ESM only with it. */
const shared = {
  testEnvironment: "node",
  transform: { "\\.m?[jt]s$": ["@swc/jest", { jsc: { target: "es2023" } }] },
  transformIgnorePatterns: ["/node_modules/(?!(jose|@clack|sisteransi|fast-[\\w-]+)/)"],
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/cdktf.out/"],
};

module.exports = {
  // Terraform, its providers and other processes spend part of their time waiting.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
  // Whether a test passes does not depend on what else the machine does.
  testTimeout: 120_000,
  testSequencer: "<rootDir>/__tests__/support/longest-first.cjs",
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
