// Where the program is.

import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** The program that a setting names, or the first that is found; undefined where there is none. */
export function findBinary(
  configured: string,
  folder: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
  home: string = os.homedir(),
): string | undefined {
  const name = process.platform === "win32" ? "vanthu.exe" : "vanthu";
  if (configured.trim() !== "") {
    const named = expand(configured.trim(), folder, home);
    // A bare name is looked for as a shell would.
    return named.includes("/") || named.includes(path.sep)
      ? existing(named)
      : onPath(named, environment);
  }
  return onPath(name, environment) ?? existing(path.join(home, ".cargo", "bin", name));
}

function expand(text: string, folder: string | undefined, home: string): string {
  const whole = text.replaceAll("${workspaceFolder}", folder ?? "").replace(/^~(?=$|[\\/])/, home);
  return path.isAbsolute(whole) || !whole.includes("/") ? whole : path.resolve(folder ?? "", whole);
}

function onPath(name: string, environment: NodeJS.ProcessEnv): string | undefined {
  const folders = (environment.PATH ?? environment.Path ?? "").split(path.delimiter);
  for (const folder of folders.filter((folder) => folder !== "")) {
    const found = existing(path.join(folder, name));
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

function existing(file: string): string | undefined {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile() ? file : undefined;
  } catch {
    return undefined;
  }
}
