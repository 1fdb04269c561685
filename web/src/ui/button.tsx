import { cva, type VariantProps } from "class-variance-authority";
import { Slot } from "radix-ui";
import type { ButtonHTMLAttributes, Ref } from "react";

import { cn } from "@/lib/cn";

import { Spinner } from "./spinner";

const button = cva(
  "inline-flex shrink-0 items-center justify-center gap-2 rounded-m text-center font-semibold leading-tight transition-colors disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-not-allowed aria-disabled:opacity-55",
  {
    variants: {
      variant: {
        primary: "bg-primary text-on-primary shadow-s enabled:hover:bg-primary-hover [a&]:hover:bg-primary-hover",
        secondary: "border border-line-strong bg-surface text-ink enabled:hover:bg-primary-soft [a&]:hover:bg-primary-soft",
        soft: "bg-primary-soft text-on-primary-soft enabled:hover:text-ink [a&]:hover:text-ink",
        ghost: "text-ink enabled:hover:bg-sunken [a&]:hover:bg-sunken",
        danger: "bg-danger text-on-danger enabled:hover:bg-danger-hover",
        link: "rounded-s text-primary underline decoration-1 underline-offset-4 hover:decoration-2",
      },
      size: {
        s: "min-h-target px-3 py-1 text-s",
        m: "min-h-10 px-4 py-2 text-s",
        /** What a patient taps. */
        l: "min-h-target-patient px-5 py-2.5 text-m",
        icon: "size-10",
        "icon-l": "size-target-patient",
      },
    },
    compoundVariants: [{ variant: "link", class: "px-1" }],
    defaultVariants: { variant: "secondary", size: "m" },
  },
);

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement>, VariantProps<typeof button> {
  /** Renders the child (a link) with the button's look. */
  readonly asChild?: boolean;
  /** Shows a spinner and refuses a second press, without moving the layout. */
  readonly busy?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

export function Button({ variant, size, asChild, busy, className, children, onClick, ...rest }: ButtonProps) {
  const classes = cn(button({ variant, size }), className);
  if (asChild) {
    return (
      <Slot.Root className={classes} {...rest}>
        {children}
      </Slot.Root>
    );
  }
  return (
    <button
      type="button"
      className={classes}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {busy ? <Spinner /> : null}
      {children}
    </button>
  );
}
