import type { FastifyInstance } from 'fastify';
import type { Outcome } from '../slack/delivery.ts';
import type { Entered } from '../slack/people/form-values.ts';
import type { Answered, Target } from '../slack/people/interactions.ts';
import type { Person } from '../slack/people/person.ts';
import type { SlackMessage } from '../slack/state.ts';
import { type RouteContext, slackIdOf } from './context.ts';
import { BadInput, Fields } from './input.ts';

/** How Tieline took it; `errors` are those that the form shows. */
const told = ({ status, ackMs, error, errors = {} }: Outcome & Partial<Pick<Answered, 'errors'>>) => ({
  ok: error === null,
  status,
  ackMs,
  error,
  errors,
});

function personOf(context: RouteContext, fields: Fields): Person {
  return context.slack.as(slackIdOf(context, fields.text('user')));
}

/** The modal or home that the person has before them, or a message that they see. */
function targetOf(context: RouteContext, fields: Fields, person: Person): Target {
  const viewId = fields.optional('viewId');
  if (viewId === undefined) return messageOf(context, fields, person);
  const shown = [...context.slack.views(person.id), person.home()].find((view) => view?.id === viewId);
  if (!shown) throw new BadInput('This view is not open any more.');
  return shown;
}

function messageOf({ slack }: RouteContext, fields: Fields, person: Person): SlackMessage {
  const ts = fields.text('messageTs');
  const found = slack.messages().find((message) => message.ts === ts && !message.deleted);
  if (!found || (found.user !== null && found.user !== person.id)) {
    throw new BadInput('This message is not there any more.');
  }
  return found;
}

function viewOf(context: RouteContext, fields: Fields, person: Person) {
  const target = targetOf(context, fields, person);
  if ('hash' in target) return target;
  throw new BadInput('viewId is missing.');
}

/** What people enter, as plain JSON: a text, an option, several, or null. */
const enteredIn = (fields: Fields, name: string): Entered => (fields.any(name) ?? null) as Entered;

type Deed = (context: RouteContext, fields: Fields, person: Person) => Promise<unknown>;

const DEEDS: Readonly<Record<string, Deed>> = {
  home: async (_context, _fields, person) => {
    const outcome = await person.openHome();
    return outcome === null ? { ok: true } : told(outcome);
  },
  press: async (context, fields, person) => {
    const value = fields.optional('value');
    const target = targetOf(context, fields, person);
    return told(await person.click(target, fields.text('actionId'), value === undefined ? {} : { value }));
  },
  select: async (context, fields, person) => {
    const target = targetOf(context, fields, person);
    return told(await person.select(target, fields.text('actionId'), enteredIn(fields, 'entered')));
  },
  submit: async (context, fields, person) => {
    const values = fields.any('values');
    if (typeof values !== 'object' || values === null) throw new BadInput('values has to be an object.');
    const view = viewOf(context, fields, person);
    return told(await person.submit(view, values as Record<string, Entered>));
  },
  close: async (context, fields, person) => {
    await person.closeView(viewOf(context, fields, person));
    return { ok: true };
  },
  options: async (context, fields, person) => {
    const target = targetOf(context, fields, person);
    const options = await person.typeahead(fields.text('actionId'), fields.optional('text') ?? '', target);
    return { options: options ?? [] };
  },
  shortcut: async (context, fields, person) => {
    const callbackId = fields.text('callbackId');
    if (fields.optional('messageTs') === undefined) return told(await person.shortcut(callbackId));
    return told(await person.messageShortcut(callbackId, messageOf(context, fields, person)));
  },
};

/** `/sandbox/api/slack/view/*`: what a person has open, and what they do there. */
export function addSlackViewRoutes(app: FastifyInstance, context: RouteContext): void {
  const base = '/sandbox/api/slack/view';
  app.get(base, async (request) => {
    const person = personOf(context, new Fields(request.query));
    return { modals: context.slack.views(person.id), home: person.home() ?? null };
  });
  for (const [name, deed] of Object.entries(DEEDS)) {
    app.post(`${base}/${name}`, async (request) => {
      const fields = new Fields(request.body);
      return deed(context, fields, personOf(context, fields));
    });
  }
}
