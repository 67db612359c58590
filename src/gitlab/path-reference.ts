const SEGMENT = /^[\p{L}\p{N}_.-]{1,255}$/u;

/**
 * Whether a text can be the full path of a group or project. Others are not asked for: `..` would climb out of the
 * API's address.
 */
export function isPlausiblePath(path: string): boolean {
  if (path.length > 1_024) return false;
  return path.split('/').every((segment) => SEGMENT.test(segment) && segment !== '.' && segment !== '..');
}

/**
 * Whether what GitLab gave is what was asked for. GitLab reads a path of digits as an id, so such a path must be
 * equal to the one found; any other difference is a redirect from an old path.
 */
export function namesPath(reference: bigint | string, fullPath: string): boolean {
  if (typeof reference !== 'string' || !/^\d+$/.test(reference)) return true;
  return fullPath.toLowerCase() === reference;
}
