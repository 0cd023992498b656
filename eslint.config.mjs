import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/", "cdktf.out/", "programs/dist/", "coverage/"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
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
