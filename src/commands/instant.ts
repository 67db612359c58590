/** A moment as people read it anywhere: "4 May 2026 at 09:30 UTC". */
export const instantWords = (at: Date): string => `${INSTANT.format(at)} UTC`;

const INSTANT = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZone: 'UTC',
});
