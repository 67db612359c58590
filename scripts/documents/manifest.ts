import { renderYaml, slackManifest } from '../../src/slack/manifest.ts';

/** `manifest.yml`: the Slack app with example addresses; `tieline manifest print` puts one's own in. */
export const exampleManifest = (): string =>
  renderYaml(
    slackManifest({
      publicUrl: 'https://tieline.example.com',
      gitlabUrl: 'https://gitlab.example.com',
      socket: false,
      rotatesTokens: false,
    }),
  );
