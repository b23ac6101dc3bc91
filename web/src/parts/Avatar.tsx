import { memo } from "react";
import botPicture from "../icon.svg";

const COLOURS = ["#8a5a83", "#3f6d8f", "#a0623a", "#5b7a3a"];

/** A picture for a person or the bot, as an address that needs no network. */
export function avatarUrl(name: string, isBot: boolean): string {
  return `data:image/svg+xml,${encodeURIComponent(isBot ? botPicture : initialsPicture(name))}`;
}

function initialsPicture(name: string): string {
  const sum = [...name].reduce((total, letter) => total + letter.codePointAt(0)!, 0);
  const letter = (name.match(/[\p{L}\p{N}]/u)?.[0] ?? "·").toUpperCase();
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">' +
    `<rect width="48" height="48" rx="12" fill="${COLOURS[sum % COLOURS.length]}"/>` +
    '<text x="24" y="32" font-family="Inter Variable,sans-serif" font-size="22" font-weight="600" ' +
    `fill="#fff" text-anchor="middle">${letter}</text></svg>`
  );
}

export const Avatar = memo(function Avatar({ name, isBot = false }: { name: string; isBot?: boolean }) {
  return <img className="avatar" src={avatarUrl(name, isBot)} alt="" />;
});
