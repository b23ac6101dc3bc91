// Lists every package whose code, styles or fonts end up in the page, with its licence's text.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

// What the packages themselves carry inside, or whose package holds no licence file: texts in licences/.
const EXTRA = [
  { name: "@yozora/* (inside slack-blocks-to-jsx)", licence: "MIT", file: "yozora.txt" },
  { name: "tailwindcss (styles inside slack-blocks-to-jsx)", licence: "MIT", file: "tailwindcss.txt" },
];
const TEXTS = { "@skyra/discord-components-core": "skyra-discord-components-core.txt" };

const RULE = "=".repeat(80);

export async function listLicences(metafile, here) {
  const folders = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const found = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found) folders.add(input.slice(0, found[0].length - 1));
  }
  const entries = await Promise.all([...folders].sort().map((folder) => describePackage(folder, here)));
  for (const { name, licence, file } of EXTRA) {
    entries.push({ title: `${name}  ${licence}`, text: await readText(here, file) });
  }
  const parts = entries.map(({ title, text }) => `${RULE}\n${title}\n${RULE}\n\n${text.trim()}\n`);
  return `What readbot's playground page is built from besides readbot's own code.\n\n${parts.join("\n")}`;
}

async function describePackage(folder, here) {
  const about = JSON.parse(await readFile(join(here, folder, "package.json"), "utf8"));
  const names = await readdir(join(here, folder));
  const file = names.sort().find((name) => /^licen[cs]e[-.\w]*$/i.test(name));
  let text;
  if (file) text = await readFile(join(here, folder, file), "utf8");
  else if (TEXTS[about.name]) text = await readText(here, TEXTS[about.name]);
  else throw new Error(`${about.name} has no licence file: add its text to web/licences and to TEXTS`);
  if (!about.license) throw new Error(`${about.name} names no licence`);
  return { title: `${about.name} ${about.version}  ${about.license}`, text: text.replaceAll("\r\n", "\n") };
}

async function readText(here, file) {
  return readFile(join(here, "licences", file), "utf8");
}
