/** The environment without the variables whose names match. */
export function withoutVariables(environment: NodeJS.ProcessEnv, pattern: RegExp): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !pattern.test(name)));
}
