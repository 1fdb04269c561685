import { LoaderCircle } from "lucide-react";

export function Spinner() {
  return <LoaderCircle aria-hidden className="size-[1.1em] animate-spin motion-reduce:animate-none" />;
}
