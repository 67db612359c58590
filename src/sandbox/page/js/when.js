const clock = new Intl.DateTimeFormat('en', { hour: 'numeric', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en', { weekday: 'long', month: 'long', day: 'numeric' });
const full = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
const longDay = new Intl.DateTimeFormat('en', { dateStyle: 'long' });
const shortDay = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });
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

const SLACK_DATES = {
  date: (ms) => longDay.format(ms),
  date_short: (ms) => shortDay.format(ms),
  date_short_pretty: (ms) => pretty(ms) ?? shortDay.format(ms),
  time: (ms) => clock.format(ms),
};

/** `today`, `yesterday`, `tomorrow`; null for any other day. */
function pretty(ms) {
  const days = Math.round((new Date(ms).setHours(0, 0, 0, 0) - new Date().setHours(0, 0, 0, 0)) / 86_400_000);
  return Math.abs(days) > 1 ? null : relative.format(days, 'day');
}

/** A moment by Slack's own format, in the reader's time zone. */
export function slackDate(seconds, format) {
  return String(format).replace(/\{(\w+)\}/g, (whole, name) => SLACK_DATES[name]?.(seconds * 1000) ?? whole);
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
