/** For options of commander that may be given several times. */
export const collect = (item: string, before: readonly string[] = []): string[] => [...before, item];
