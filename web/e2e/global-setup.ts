import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const READY_WITHIN_MS = 120_000;

/** Starts the demo on a data directory of its own; with OSLER_E2E_DATA_DIR the one that already runs there is used. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const running = process.env.OSLER_E2E_DATA_DIR;
  if (running) {
    await publish(running);
    return async () => undefined;
  }
  const dataDir = mkdtempSync(join(tmpdir(), "osler-e2e-"));
  const output: string[] = [];
  const demo = spawn(join(ROOT, ".venv/bin/osler"), ["demo"], {
    cwd: ROOT,
    env: { ...process.env, OSLER_DATA_DIR: dataDir, OSLER_PORT: "0", OSLER_DATABASE_URL: undefined },
    stdio: ["ignore", "pipe", "pipe"],
  });
  demo.stdout.on("data", (data: Buffer) => output.push(data.toString()));
  demo.stderr.on("data", (data: Buffer) => output.push(data.toString()));
  const ended = new Promise<void>((resolve) => demo.once("exit", () => resolve()));
  const stop = async () => {
    // A demo that died under the tests explains their failures better than they do.
    if (demo.exitCode !== null) console.error(`The demo ended by itself:\n${output.join("")}`);
    demo.kill("SIGINT");
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    await Promise.race([
      publish(dataDir),
      ended.then(() => {
        throw new Error("the demo ended before it was ready");
      }),
    ]);
  } catch (error) {
    await stop();
    throw new Error(`${String(error)}\n${output.join("")}`);
  }
  return stop;
}

/** Waits until the demo answers, then tells the tests where it is and who may sign in. */
async function publish(dataDir: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      const { origin } = JSON.parse(readFileSync(join(dataDir, "demo.lock"), "utf8")) as { origin: string };
      const answer = await fetch(`${origin}/api/health/ready`);
      if (answer.ok) {
        process.env.OSLER_E2E_ORIGIN = origin;
        process.env.OSLER_E2E_USERS = readFileSync(join(dataDir, "demo-users.json"), "utf8");
        return;
      }
    } catch {
      // Not there yet.
    }
    if (Date.now() > deadline) throw new Error("the demo was not ready in time");
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
