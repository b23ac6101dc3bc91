// Builds the page into src/readbot/playground/static; with --check tells whether what lies there is current.
//
// The same sources and the same lock file give the same bytes, so that comparing is enough.
import { copyFile, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { listLicences } from "./licences.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const STATIC = join(HERE, "..", "src", "readbot", "playground", "static");

async function buildInto(directory) {
  const result = await build({
    absWorkingDir: HERE,
    entryPoints: { app: "src/main.tsx" },
    outdir: directory,
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2022"],
    jsx: "automatic",
    charset: "utf8",
    // One file lists every licence instead: comments in the code would cover only some of them.
    legalComments: "none",
    assetNames: "[name]",
    loader: { ".woff2": "file", ".svg": "text" },
    define: { "process.env.NODE_ENV": '"production"' },
    metafile: true,
    logLevel: "warning",
  });
  for (const name of ["index.html", "icon.svg"]) {
    await copyFile(join(HERE, "src", name), join(directory, name));
  }
  await writeFile(join(directory, "THIRD_PARTY_LICENSES.txt"), await listLicences(result.metafile, HERE));
}

async function filesIn(directory) {
  const names = (await readdir(directory).catch(() => [])).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(directory, name))])),
  );
}

async function check() {
  const fresh = await mkdtemp(join(tmpdir(), "readbot-web-"));
  try {
    await buildInto(fresh);
    const [wanted, found] = [await filesIn(fresh), await filesIn(STATIC)];
    const names = [...new Set([...Object.keys(wanted), ...Object.keys(found)])].sort();
    return names.filter((name) => !(wanted[name] && found[name] && wanted[name].equals(found[name])));
  } finally {
    await rm(fresh, { recursive: true });
  }
}

if (process.argv.includes("--check")) {
  const stale = await check();
  if (stale.length) {
    console.error(`Not current in src/readbot/playground/static: ${stale.join(", ")}. Run: make web`);
    process.exit(1);
  }
  console.log("The committed page is current.");
} else {
  await rm(STATIC, { recursive: true, force: true });
  await buildInto(STATIC);
  for (const [name, bytes] of Object.entries(await filesIn(STATIC))) {
    console.log(`${String(Math.ceil(bytes.length / 1024)).padStart(6)} KB  ${name}`);
  }
}
