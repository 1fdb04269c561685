import { useEffect, useRef, useSyncExternalStore } from "react";

import { alertSound, type SoundState } from "./alert-sound";
import type { Alert } from "./records";

export function useSoundState(): SoundState {
  return useSyncExternalStore(alertSound.subscribe, alertSound.getState);
}

/** What must be heard: each alert once per round. */
export function roundsOf(alerts: readonly Alert[]): ReadonlySet<string> {
  return new Set(alerts.map((alert) => `${alert.id}:${alert.alert_count}`));
}

/** Sound once for every alert and every repetition of one, and wake the sound with the first gesture. */
export function useAlertSound(alerts: readonly Alert[] | undefined): void {
  const heard = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const wake = () => void alertSound.wake();
    window.addEventListener("pointerdown", wake);
    window.addEventListener("keydown", wake);
    return () => {
      window.removeEventListener("pointerdown", wake);
      window.removeEventListener("keydown", wake);
    };
  }, []);
  useEffect(() => {
    if (!alerts) return;
    const rounds = roundsOf(alerts);
    if ([...rounds].some((round) => !heard.current.has(round))) alertSound.play();
    heard.current = rounds;
  }, [alerts]);
}
