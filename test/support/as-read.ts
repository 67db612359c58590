/** What a person reads on the screen, without formatting: transcripts compare that, renderers are tested elsewhere. */
import type { ShownView, SlackMessage } from '../../src/sandbox/slack/state.ts';

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;
const nodes = (value: unknown): Node[] => (Array.isArray(value) ? value.filter(isNode) : []);

const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** The text of a plain_text or mrkdwn object. */
function wordsOf(object: unknown): string {
  if (!isNode(object) || typeof object['text'] !== 'string') return '';
  if (object['type'] === 'plain_text') return object['text'];
  return unescaped(
    object['text']
      .replace(/<!date\^\d+\^[^|>]*\|([^>]*)>/g, '$1')
      .replace(/<(?:https?:|mailto:)[^|>]*\|([^>]*)>/g, '$1')
      .replace(/(?<![\p{L}\p{N}])([*`])([^\n]+?)\1(?![\p{L}\p{N}])/gu, '$2'),
  );
}

function richText(element: Node): string {
  switch (element['type']) {
    case 'text':
      return String(element['text']);
    case 'link':
      return String(element['text'] ?? element['url']);
    case 'date':
      return String(element['fallback']);
    case 'rich_text_list':
      return nodes(element['elements'])
        .map((item) => `- ${richText(item).replaceAll('\n', '\n  ')}`)
        .join('\n');
    default:
      return nodes(element['elements']).map(richText).join('');
  }
}

const buttonOf = (element: Node): string => `[${wordsOf(element['text'] ?? element['placeholder'])}]`;

function blockLines(block: Node): string {
  switch (block['type']) {
    case 'rich_text':
      return nodes(block['elements']).map(richText).join('\n');
    case 'section': {
      const fields = nodes(block['fields']).map((field) => wordsOf(field).replace('\n', ': '));
      const text = [wordsOf(block['text']), ...fields].filter((line) => line !== '').join('\n');
      return isNode(block['accessory']) ? `${text} ${buttonOf(block['accessory'])}` : text;
    }
    case 'context':
      return nodes(block['elements']).map(wordsOf).join(' ');
    case 'actions':
      return nodes(block['elements']).map(buttonOf).join(' ');
    case 'header':
      return wordsOf(block['text']);
    case 'divider':
      return '---';
    case 'input':
      return `${wordsOf(block['label'])}: ______`;
    default:
      throw new Error(`no words for a block of type ${String(block['type'])}`);
  }
}

/** A Slack message in lines, buttons in brackets. */
export function messageText(message: SlackMessage): string {
  return message.blocks.length > 0 ? message.blocks.map(blockLines).join('\n') : unescaped(message.text);
}

/** A modal or a home in lines; its title first, where it has one. */
export function viewText(view: ShownView): string {
  const title = view.title ? [wordsOf(view.title)] : [];
  return [...title, ...view.blocks.map(blockLines)].join('\n');
}

const MARKER = /\n*<!-- tieline:[0-9a-f]{24} -->$/;

/** A GitLab note of the bot in lines. Its invisible marker is left out, and missed where there is none. */
export function noteText(body: string): string {
  if (!MARKER.test(body)) return `(unmarked) ${body}`;
  return body
    .replace(MARKER, '')
    .replace(/\[([^\]]*)\]\(<[^>]*>\)/g, '$1')
    .replaceAll('**', '')
    .replaceAll('`', '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replace(/\\([[\]_~|])/g, '$1')
    .replace(/\n{2,}/g, '\n');
}

/** The button with this label that a message shows; undefined when there is none. */
export function buttonNamed(
  message: SlackMessage,
  label: string,
): { actionId: string; value: string } | undefined {
  const found = message.blocks
    .flatMap((block) => [...nodes(block['elements']), block['accessory']].filter(isNode))
    .find((element) => element['type'] === 'button' && wordsOf(element['text']) === label);
  return found && { actionId: String(found['action_id']), value: String(found['value']) };
}
