import { config as readDotEnv } from 'dotenv';
import { type Environment, processEnvironment } from '../config.ts';

/** The environment with `.env` of the current directory below it: what is set already wins. */
export function environment(): Environment {
  const fromFile: Record<string, string> = {};
  readDotEnv({ quiet: true, processEnv: fromFile });
  return { ...fromFile, ...processEnvironment() };
}
