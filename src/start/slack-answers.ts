import { answerForm } from '../commands/answer-form.ts';
import { type AnswerDeps, answerSlack, formTitle } from '../commands/answer-slack.ts';
import { homePage } from '../commands/home.ts';
import { previewLink } from '../commands/preview-link.ts';
import { suggest } from '../commands/suggest.ts';
import type { ServiceDeps } from '../services/deps.ts';
import { noteHome } from '../services/home/shown-homes.ts';
import type { SlackEmail } from '../services/identity/identify-slack-user.ts';
import type { SlackEdgeOptions } from '../slack/edge.ts';
import { keepAnswer } from './kept-answers.ts';

export interface SlackAnswersDeps {
  readonly services: ServiceDeps;
  readonly emailOf: SlackEmail;
  /** Where others reach Tieline. */
  readonly publicUrl: () => string;
  /** For usage lines. */
  readonly botName: () => Promise<string>;
  /** Called when there may be something to send. */
  readonly wake: () => void;
}

/** What the Slack edge asks of the commands: answers, forms, and choices for menus. */
export function slackAnswers({
  services,
  emailOf,
  publicUrl,
  botName,
  wake,
}: SlackAnswersDeps): Pick<
  SlackEdgeOptions,
  'answer' | 'forms' | 'home' | 'keepAnswer' | 'noteHome' | 'preview'
> {
  const deps = async (): Promise<AnswerDeps> => ({ services, emailOf, botUsername: await botName() });
  const thenWake = async <T>(work: Promise<T>): Promise<T> => {
    const done = await work;
    wake();
    return done;
  };
  return {
    answer: async (request) => thenWake(answerSlack(await deps(), request)),
    preview: async (posted) => previewLink({ ...(await deps()), publicUrl: publicUrl() }, posted),
    home: async (asking) => homePage(await deps(), asking),
    noteHome: (owner, shown) => noteHome(services, owner, shown),
    keepAnswer: (answer) => thenWake(keepAnswer(services.database, answer)),
    forms: {
      title: formTitle,
      submit: async (sent) => thenWake(answerForm(await deps(), sent)),
      suggest: async (typing) => suggest(await deps(), typing),
    },
  };
}
