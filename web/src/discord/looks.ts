// What the library's own styles leave out: readable colours in the light theme, Discord's present shapes,
// and the page's font. Its shadow roots take no styles from outside but custom properties and these.

import {
  DiscordAuthorInfo,
  DiscordButton,
  DiscordCode,
  DiscordCommand,
  DiscordEmbed,
  DiscordHeader,
  DiscordLink,
  DiscordMessage,
  DiscordReply,
  DiscordSubscript,
} from "@skyra/discord-components-core";
import { css, type CSSResult, type LitElement } from "lit";

function add(element: unknown, ...styles: CSSResult[]): void {
  const made = element as typeof LitElement;
  made.elementStyles = [...made.elementStyles, ...styles];
}

const font = css`
  :host,
  :host * {
    font-family: var(--font) !important;
  }
`;

export function dress(): void {
  add(
    DiscordButton,
    font,
    css`
      :host > *:first-child {
        padding: 0 14px;
        margin: 0 8px 0 0;
        border-radius: 8px;
      }
      :host .secondary {
        background-color: var(--dc-button);
        color: var(--dc-button-text);
      }
      :host .secondary.hoverable:hover {
        background-color: var(--dc-button-hover);
      }
      :host > *:first-child:focus-visible {
        outline: 2px solid var(--accent);
        outline-offset: 2px;
      }
    `,
  );
  add(
    DiscordCommand,
    font,
    css`
      :host .discord-replied-message-username,
      :host([light-theme]) .discord-replied-message-username {
        color: var(--ink) !important;
        opacity: 1;
      }
      :host .discord-slash-command-name {
        background-color: var(--dc-mention);
        color: var(--dc-mention-text) !important;
      }
    `,
  );
  add(
    DiscordReply,
    font,
    css`
      :host .discord-replied-message-username,
      :host([light-theme]) .discord-replied-message-username {
        color: var(--ink) !important;
        opacity: 1;
      }
    `,
  );
  add(
    DiscordAuthorInfo,
    css`
      :host .discord-author-username,
      :host([light-theme]) .discord-author-username {
        font-family: var(--font);
        color: var(--ink);
        font-weight: 600;
      }
      :host .discord-author-username:hover {
        text-decoration: none;
        cursor: default;
      }
    `,
  );
  add(
    DiscordMessage,
    font,
    css`
      :host {
        padding: 0 !important;
        color: var(--ink);
      }
      :host .discord-message-timestamp {
        color: var(--soft) !important;
      }
    `,
  );
  add(DiscordEmbed, font);
  add(
    DiscordHeader,
    css`
      :host > * {
        margin: 0 !important;
      }
    `,
  );
  add(
    DiscordLink,
    css`
      a,
      .discord-link-light-theme {
        color: var(--link) !important;
      }
    `,
  );
  add(
    DiscordSubscript,
    css`
      :host small,
      :host([light-theme]) > small {
        color: var(--soft);
        line-height: 1.4;
      }
    `,
  );
  add(
    DiscordCode,
    css`
      :host {
        background: none;
      }
      :host code,
      :host([light-theme]) code {
        font-family: var(--mono);
        background-color: var(--hover) !important;
      }
    `,
  );
}
