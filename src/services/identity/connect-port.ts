import type { GitLabUserId } from '../../domain/ids.ts';

/** The GitLab account that somebody has signed in to. */
export interface ProvenAccount {
  readonly id: GitLabUserId;
  readonly username: string;
  readonly name: string;
  readonly active: boolean;
  readonly bot: boolean;
  /** Null unless GitLab has confirmed it. */
  readonly email: string | null;
}

/** How people prove which GitLab account is theirs. */
export interface ConnectPort {
  /** Where the way begins for the person whom this state was drawn for. */
  startUrl(state: string): string;
  /** GitLab's page that asks for consent and comes back with a code. */
  authorizeUrl(question: { state: string; codeChallenge: string }): string;
  /**
   * The account that GitLab gave a code for; null when GitLab does not take the code. Nothing that GitLab handed out
   * is kept. Throws `unavailable.gitlab` without an answer.
   */
  accountOf(proof: { code: string; codeVerifier: string }): Promise<ProvenAccount | null>;
}
