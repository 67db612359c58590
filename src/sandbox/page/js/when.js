const clock = new Intl.DateTimeFormat('en', { hour: 'numeric', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en', { weekday: 'long', month: 'long', day: 'numeric' });
const full = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

const STEPS = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

export const timeOf = (ms) => clock.format(ms);
export const dateOf = (ms) => full.format(ms);

/** The day as Slack's dividers name it. */
export function dayOf(ms) {
  const midnight = new Date().setHours(0, 0, 0, 0);
  if (ms >= midnight) return 'Today';
  return ms >= midnight - 86_400_000 ? 'Yesterday' : day.format(ms);
}

/** `5 minutes ago`, as GitLab writes it. */
export function ago(ms) {
  const seconds = Math.round((ms - Date.now()) / 1000);
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit);
  }
  return 'just now';
}

/** Keeps the times marked with `data-ago` true while the page is open. */
export function keepTime() {
  setInterval(() => {
    for (const time of document.querySelectorAll('time[data-ago]')) {
      time.textContent = ago(Date.parse(time.dateTime));
    }
  }, 30_000);
}
