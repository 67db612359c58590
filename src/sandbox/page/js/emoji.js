const KNOWN = {
  '+1': '👍',
  '-1': '👎',
  bell: '🔔',
  bust_in_silhouette: '👤',
  email: '✉️',
  eyes: '👀',
  heavy_check_mark: '✔️',
  hourglass: '⌛',
  information_source: 'ℹ️',
  link: '🔗',
  lock: '🔒',
  mag: '🔍',
  no_entry: '⛔',
  office: '🏢',
  pencil2: '✏️',
  phone: '☎️',
  question: '❓',
  rocket: '🚀',
  tada: '🎉',
  thumbsup: '👍',
  thumbsdown: '👎',
  telephone_receiver: '📞',
  ticket: '🎫',
  wave: '👋',
  warning: '⚠️',
  white_check_mark: '✅',
  x: '❌',
};

/** The character of a short code, without its colons; undefined for one that is not known here. */
export function emojiFor(name) {
  return Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
}
