/**
 * A value for a restart or recreate annotation, greater than the `last` one whatever this machine's clock says: a node
 * carries out only what is newer than what it carried out.
 */
export function nextToken(now: number, last: string | undefined): string {
  const token = new Date(now).toISOString();
  return last === undefined || token > last ? token : `${last}+`;
}
