import type { DetailedHTMLProps, HTMLAttributes } from "react";

type Plain = DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement>;

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "discord-action-row": Plain;
      "discord-attachments": Plain;
      "discord-button": Plain & { type?: string; url?: string; disabled?: boolean };
      "discord-code": Plain & { multiline?: boolean; embed?: boolean; lightTheme?: boolean };
      "discord-command": Plain & { author?: string; avatar?: string; command?: string; lightTheme?: boolean };
      "discord-embed": Plain & { color?: string; embedTitle?: string; url?: string; lightTheme?: boolean };
      "discord-embed-description": Plain;
      "discord-embed-field": Plain & { fieldTitle?: string; inline?: boolean; lightTheme?: boolean };
      "discord-embed-fields": Plain;
      "discord-embed-footer": Plain & { lightTheme?: boolean };
      "discord-header": Plain & { level?: number };
      "discord-link": Plain & { href?: string; target?: string; rel?: string; lightTheme?: boolean };
      "discord-list-item": Plain;
      "discord-mention": Plain & { type?: string; lightTheme?: boolean };
      "discord-message": Plain & {
        author?: string;
        avatar?: string;
        bot?: boolean;
        edited?: boolean;
        timestamp?: Date | string;
        lightTheme?: boolean;
      };
      "discord-messages": Plain & { lightTheme?: boolean; noBackground?: boolean };
      "discord-quote": Plain;
      "discord-reply": Plain & { author?: string; avatar?: string; bot?: boolean; lightTheme?: boolean };
      "discord-spoiler": Plain;
      "discord-subscript": Plain & { lightTheme?: boolean };
      "discord-time": Plain;
      "discord-unordered-list": Plain;
    }
  }
}
