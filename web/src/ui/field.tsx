import { CircleAlert, Eye, EyeOff } from "lucide-react";
import {
  createContext,
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  use,
  useId,
  useState,
} from "react";

import { cn } from "@/lib/cn";
import { useTranslate } from "@/lib/i18n";

import { uiMessages } from "./messages";

interface FieldState {
  readonly id: string;
  readonly describedBy: string | undefined;
  readonly invalid: boolean;
  readonly required: boolean;
}

const FieldContext = createContext<FieldState | null>(null);

export interface FieldProps {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  /** Shown under the control and tied to it; its presence makes the control invalid. */
  readonly error?: ReactNode;
  readonly required?: boolean;
  /** Says "optional" beside the label; use where most fields are required. */
  readonly optional?: boolean;
  readonly hideLabel?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Field({ label, hint, error, required, optional, hideLabel, className, children }: FieldProps) {
  const t = useTranslate(uiMessages);
  const id = useId();
  const hintId = hint ? `${id}-hint` : undefined;
  const errorId = error ? `${id}-error` : undefined;
  const describedBy = [hintId, errorId].filter(Boolean).join(" ") || undefined;
  return (
    <FieldContext value={{ id, describedBy, invalid: Boolean(error), required: Boolean(required) }}>
      <div className={cn("flex flex-col gap-1.5", className)}>
        <label htmlFor={id} className={cn("text-s font-semibold text-ink", hideLabel && "sr-only")}>
          {label}
          {optional ? <span className="ms-1.5 font-normal text-ink-muted">({t("optional")})</span> : null}
        </label>
        {hint ? (
          <p id={hintId} className="-mt-0.5 text-s text-ink-muted">
            {hint}
          </p>
        ) : null}
        {children}
        {error ? (
          <p id={errorId} role="alert" className="flex items-start gap-1.5 text-s text-danger">
            <CircleAlert aria-hidden className="mt-0.5 size-[1.1em] shrink-0" />
            <span>{error}</span>
          </p>
        ) : null}
      </div>
    </FieldContext>
  );
}

const CONTROL =
  "w-full rounded-m border border-line-strong bg-surface px-3.5 text-m text-ink placeholder:text-ink-muted transition-colors hover:border-ink-muted aria-invalid:border-danger aria-invalid:bg-danger-soft disabled:cursor-not-allowed disabled:opacity-60 [&[readonly]]:bg-sunken";

function useControl() {
  const field = use(FieldContext);
  if (!field) return {};
  return {
    id: field.id,
    "aria-describedby": field.describedBy,
    "aria-invalid": field.invalid || undefined,
    "aria-required": field.required || undefined,
  };
}

type InputProps = InputHTMLAttributes<HTMLInputElement> & { readonly ref?: Ref<HTMLInputElement> };

export function Input({ className, ...rest }: InputProps) {
  return <input {...useControl()} className={cn(CONTROL, "min-h-target-patient py-2", className)} {...rest} />;
}

export function PasswordInput({ className, ...rest }: InputProps) {
  const t = useTranslate(uiMessages);
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <div className="relative">
      <Input type={shown ? "text" : "password"} className={cn("pe-13", className)} {...rest} />
      <button
        type="button"
        aria-label={t(shown ? "hide_password" : "show_password")}
        className="absolute inset-y-0 end-0 grid w-12 place-items-center rounded-m text-ink-muted hover:text-ink"
        onClick={() => setShown(!shown)}
      >
        <Icon aria-hidden className="size-5" />
      </button>
    </div>
  );
}

type TextareaProps = TextareaHTMLAttributes<HTMLTextAreaElement> & { readonly ref?: Ref<HTMLTextAreaElement> };

export function Textarea({ className, ...rest }: TextareaProps) {
  return <textarea rows={4} {...useControl()} className={cn(CONTROL, "py-2.5", className)} {...rest} />;
}

type SelectProps = SelectHTMLAttributes<HTMLSelectElement> & { readonly ref?: Ref<HTMLSelectElement> };

/** The platform's own select: it is the one that works on every phone and with every screen reader. */
export function Select({ className, ...rest }: SelectProps) {
  return <select {...useControl()} className={cn(CONTROL, "min-h-target-patient py-2 pe-8", className)} {...rest} />;
}

export interface CheckboxProps extends Omit<InputProps, "type"> {
  readonly label: ReactNode;
}

export function Checkbox({ label, className, ...rest }: CheckboxProps) {
  return (
    <label className={cn("flex min-h-target-patient cursor-pointer items-start gap-3 py-2.5", className)}>
      <input type="checkbox" className="mt-0.5 size-5.5 shrink-0 accent-primary" {...rest} />
      <span>{label}</span>
    </label>
  );
}
