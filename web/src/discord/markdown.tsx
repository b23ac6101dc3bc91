// Discord's Markdown, as far as bots write it, drawn with @skyra/discord-components-core.
// Source: https://support.discord.com/hc/en-us/articles/210298617

import { Fragment, type ReactNode } from "react";
import { distanceOf, momentOf, now, timeOf } from "../parts/time";

export interface Names {
  person: (id: string) => string;
  channel: (id: string) => string;
  isLight: boolean;
}

/** Return *markdown* drawn: headings, lists, quotes and small print line by line, the rest within lines. */
export function drawMarkdown(markdown: string, names: Names): ReactNode {
  const parts: ReactNode[] = [];
  let lines: string[] = [];
  let items: string[] = [];
  let quoted: string[] = [];
  const flush = () => {
    const key = parts.length;
    if (lines.length) parts.push(<p className="md-line" key={key}>{joinLines(lines, names)}</p>);
    if (items.length) {
      parts.push(
        <discord-unordered-list key={key + 0.1}>
          {items.map((item, index) => (
            <discord-list-item key={index}>{drawInline(item, names)}</discord-list-item>
          ))}
        </discord-unordered-list>,
      );
    }
    if (quoted.length) {
      parts.push(<discord-quote key={key + 0.2}>{joinLines(quoted, names)}</discord-quote>);
    }
    [lines, items, quoted] = [[], [], []];
  };
  const block = (part: ReactNode) => {
    flush();
    parts.push(<Fragment key={`b${parts.length}`}>{part}</Fragment>);
  };
  for (const piece of markdown.split(/(```[\s\S]*?```)/)) {
    if (piece.startsWith("```")) {
      const code = piece.slice(3, -3).replace(/^\w*\n/, "");
      block(<discord-code multiline lightTheme={names.isLight}>{code}</discord-code>);
      continue;
    }
    for (const line of piece.split("\n")) {
      const found = /^(#{1,3}|-#|>|[-*])\s+(.+)$/.exec(line);
      const [, sign = "", rest = ""] = found ?? [];
      if (sign === "-#") {
        block(<discord-subscript lightTheme={names.isLight}>{drawInline(rest, names)}</discord-subscript>);
      } else if (sign.startsWith("#")) {
        block(<discord-header level={sign.length}>{drawInline(rest, names)}</discord-header>);
      } else if (sign === ">") {
        if (lines.length || items.length) flush();
        quoted.push(rest);
      } else if (sign) {
        if (lines.length || quoted.length) flush();
        items.push(rest);
      } else {
        if (items.length || quoted.length) flush();
        if (line || lines.length) lines.push(line);
      }
    }
  }
  flush();
  return parts;
}

function joinLines(lines: string[], names: Names): ReactNode {
  const trimmed = lines.at(-1) === "" ? lines.slice(0, -1) : lines;
  return trimmed.map((line, index) => (
    <Fragment key={index}>
      {index > 0 && <br />}
      {drawInline(line, names)}
    </Fragment>
  ));
}

/** A way to write something within a line: its pattern, anchored, and how it is drawn. */
type Rule = [pattern: RegExp, draw: (found: RegExpExecArray, names: Names) => ReactNode];

const RULES: Rule[] = [
  [/^\\([^A-Za-z0-9\s])/, ([, sign]) => sign],
  [
    /^``?(.+?)``?(?!`)/,
    ([, code], { isLight }) => <discord-code lightTheme={isLight}>{code}</discord-code>,
  ],
  [
    /^\[((?:\\.|[^\]\\])+)\]\(<?(https?:\/\/[^\s)>]+)>?(?:\s+"[^"]*")?\)/,
    ([, words, url], names) => link(url!, drawInline(words!, names), names),
  ],
  [/^<(https?:\/\/[^\s>]+)>/, ([, url], names) => link(url!, url, names)],
  [/^https?:\/\/[^\s<>]*[^\s<>.,:;"')\]*_]/, ([url], names) => link(url!, url, names)],
  [
    /^<@!?(\d+)>/,
    ([, id], { person, isLight }) => (
      <discord-mention type="user" lightTheme={isLight}>{person(id!)}</discord-mention>
    ),
  ],
  [
    /^<#(\d+)>/,
    ([, id], { channel, isLight }) => (
      <discord-mention type="channel" lightTheme={isLight}>{channel(id!)}</discord-mention>
    ),
  ],
  [
    /^<\/([^:>]+):\d+>/,
    ([, name], { isLight }) => <discord-mention type="slash" lightTheme={isLight}>{name}</discord-mention>,
  ],
  [/^<t:(-?\d+)(?::([a-zA-Z]))?>/, ([, at, style]) => <discord-time>{drawTime(Number(at), style)}</discord-time>],
  // Not the library's own elements: those put a space behind the words.
  [/^\*\*((?:\\.|[^\\])+?)\*\*(?!\*)/, ([, words], names) => <strong>{drawInline(words!, names)}</strong>],
  [
    /^__((?:\\.|[^\\])+?)__(?!_)/,
    ([, words], names) => <u>{drawInline(words!, names)}</u>,
  ],
  [/^~~((?:\\.|[^\\])+?)~~/, ([, words], names) => <s>{drawInline(words!, names)}</s>],
  [/^\|\|(.+?)\|\|/, ([, words], names) => <discord-spoiler>{drawInline(words!, names)}</discord-spoiler>],
  [
    /^\*(?!\s)((?:\\.|[^\\*])+?)\*/,
    ([, words], names) => <em>{drawInline(words!, names)}</em>,
  ],
  [
    /^_(?!\s)((?:\\.|[^\\_])+?)_(?![A-Za-z0-9])/,
    ([, words], names) => <em>{drawInline(words!, names)}</em>,
  ],
];

/** Where a rule may begin; everything before it is plain. */
const START = /[\\`[<*_~|]|https?:\/\//;

function drawInline(text: string, names: Names): ReactNode {
  const parts: ReactNode[] = [];
  let plain = "";
  let rest = text;
  while (rest) {
    const next = rest.search(START);
    if (next !== 0) {
      const end = next < 0 ? rest.length : next;
      plain += rest.slice(0, end);
      rest = rest.slice(end);
      continue;
    }
    const [found, draw] = findRule(rest);
    if (!found) {
      plain += rest[0];
      rest = rest.slice(1);
      continue;
    }
    if (plain) parts.push(plain);
    plain = "";
    parts.push(<Fragment key={parts.length}>{draw!(found, names)}</Fragment>);
    rest = rest.slice(found[0].length);
  }
  return plain ? [...parts, plain] : parts;
}

function findRule(text: string): [RegExpExecArray | null, Rule[1] | null] {
  for (const [pattern, draw] of RULES) {
    const found = pattern.exec(text);
    if (found) return [found, draw];
  }
  return [null, null];
}

function link(url: string, words: ReactNode, { isLight }: Names): ReactNode {
  return (
    <discord-link href={url} target="_blank" rel="noreferrer" lightTheme={isLight}>
      {words}
    </discord-link>
  );
}

function drawTime(seconds: number, style = "f"): string {
  const at = seconds * 1000;
  if (style === "R") return distanceOf(at, now());
  if (style === "t" || style === "T") return timeOf(at);
  return momentOf(at);
}
