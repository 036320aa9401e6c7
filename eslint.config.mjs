import tseslint from "typescript-eslint";

// Type-aware rules only: formatting and plain lint are biome's. A reconciler is mostly promises,
// so none may float (style.md section 4.17).
export default tseslint.config(
  { ignores: ["dist/**", "node_modules/**", ".vmctl/**"] },
  {
    files: ["**/*.ts"],
    languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true } },
    // A limit with exceptions is decoration: comments cannot switch a rule off.
    linterOptions: { noInlineConfig: true },
    plugins: { "@typescript-eslint": tseslint.plugin },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/only-throw-error": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      complexity: ["error", 12],
      "max-depth": ["error", 3],
      "max-params": ["error", 4],
    },
  },
);
