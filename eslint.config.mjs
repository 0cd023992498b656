import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  globalIgnores(["dist/", "cdktf.out/", "coverage/", "__tests__/golden/"]),
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/no-unused-vars": [
        "error",
        { varsIgnorePattern: "^_", argsIgnorePattern: "^_" },
      ],
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowNullish: true },
      ],
      "no-restricted-imports": [
        "error",
        {
          paths: ["aws", "tls", "external"].map((provider) => ({
            name: `@cdktf/provider-${provider}`,
            message: `The package index loads every resource; import @cdktf/provider-${provider}/lib/RESOURCE.`,
          })),
        },
      ],
    },
  },
);
