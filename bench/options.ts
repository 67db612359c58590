/** A number given as `--name=…`. */
export function option(name: string, fallback: number): number {
  const given = process.argv.find((argument) => argument.startsWith(`--${name}=`));
  return given === undefined ? fallback : Number(given.slice(name.length + 3));
}

/** Whether figures are asked for as JSON. */
export const asJson = process.argv.includes('--json');

/** Says how far it is, to people only. */
export const log = (line: string): void => {
  if (!asJson) process.stdout.write(`${line}\n`);
};
