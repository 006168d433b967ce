import {
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from "react";

import { classes } from "./classes";
import { Icon, type IconName } from "./icon";

/** What a field says about itself: its name, a hint, what is wrong. */
export interface FieldText {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  /** The name is for screen readers only. */
  readonly bare?: boolean;
}

interface FieldProps extends FieldText {
  readonly children: (ids: Readonly<Record<string, string | boolean | undefined>>) => ReactNode;
}

/** Name, control, hint and error, tied together by ids. */
export function Field({ label, hint, error, bare = false, children }: FieldProps) {
  const id = useId();
  const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(Boolean);
  return (
    <div className={classes("fld", error !== undefined && "bad")}>
      <label htmlFor={id} className={bare ? "vh" : "fld-label"}>
        {label}
      </label>
      {children({
        id,
        "aria-describedby": described.length > 0 ? described.join(" ") : undefined,
        "aria-invalid": error === undefined ? undefined : true,
      })}
      {hint !== undefined && (
        <p className="fld-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p className="fld-error" id={`${id}-error`}>
          <Icon name="warn" size={12} />
          {error}
        </p>
      )}
    </div>
  );
}

type Own<T> = FieldText & Omit<T, "onChange" | "value" | "id">;

export interface TextFieldProps extends Own<InputHTMLAttributes<HTMLInputElement>> {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly icon?: IconName;
  readonly mono?: boolean;
  readonly ref?: Ref<HTMLInputElement>;
}

export function TextField({ label, hint, error, bare, value, onChange, icon, mono, ref, className, ...rest }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error} {...(bare === undefined ? {} : { bare })}>
      {(ids) => (
        <span className={classes("field", className)}>
          {icon !== undefined && <Icon name={icon} className="faint" />}
          <input
            autoComplete="off"
            {...rest}
            {...ids}
            ref={ref}
            className={classes(mono && "mono")}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        </span>
      )}
    </Field>
  );
}

export interface TextAreaProps extends Own<TextareaHTMLAttributes<HTMLTextAreaElement>> {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly mono?: boolean;
}

export function TextArea({ label, hint, error, bare, value, onChange, mono, className, ...rest }: TextAreaProps) {
  return (
    <Field label={label} hint={hint} error={error} {...(bare === undefined ? {} : { bare })}>
      {(ids) => (
        <textarea
          rows={4}
          spellCheck={mono !== true}
          {...rest}
          {...ids}
          className={classes("field area", mono && "mono", className)}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export interface Option<T extends string = string> {
  readonly value: T;
  readonly label: string;
}

export interface SelectProps<T extends string> extends Own<SelectHTMLAttributes<HTMLSelectElement>> {
  readonly value: T;
  readonly options: readonly Option<T>[];
  readonly onChange: (value: T) => void;
  readonly small?: boolean;
}

/** The browser's own select: everybody knows it, and it works on phones. */
export function Select<T extends string>({
  label,
  hint,
  error,
  bare,
  value,
  options,
  onChange,
  small,
  className,
  ...rest
}: SelectProps<T>) {
  return (
    <Field label={label} hint={hint} error={error} {...(bare === undefined ? {} : { bare })}>
      {(ids) => (
        <span className={classes("field select", small && "sm", className)}>
          <select {...rest} {...ids} value={value} onChange={(event) => onChange(event.target.value as T)}>
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
          <Icon name="down" size={14} className="faint" />
        </span>
      )}
    </Field>
  );
}

export interface CheckProps {
  readonly label: ReactNode;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly hint?: ReactNode;
  readonly disabled?: boolean;
}

export function Checkbox(props: CheckProps) {
  return <Check {...props} />;
}

/** On or off, at once. */
export function Switch(props: CheckProps) {
  return <Check {...props} turns />;
}

function Check({ label, checked, onChange, hint, disabled, turns = false }: CheckProps & { readonly turns?: boolean }) {
  const id = useId();
  return (
    <label className={classes("check", turns && "switch")}>
      <input
        type="checkbox"
        {...(turns ? { role: "switch", "aria-checked": checked } : {})}
        checked={checked}
        disabled={disabled}
        aria-describedby={hint === undefined ? undefined : id}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>
        {label}
        {hint !== undefined && <small id={id}>{hint}</small>}
      </span>
    </label>
  );
}

export interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (Option<T> & { readonly hint?: string; readonly icon?: IconName })[];
  readonly onChange: (value: T) => void;
  /** `segments` for two to four short words in a row. */
  readonly look?: "list" | "segments" | "cards";
  readonly bare?: boolean;
}

/** One of a few: radio buttons, in one of three looks. */
export function Choice<T extends string>({ label, value, options, onChange, look = "list", bare = false }: ChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset className="fld">
      <legend className={bare ? "vh" : "fld-label"}>{label}</legend>
      <div className={look === "segments" ? "seg" : `choice ${look}`}>
        {options.map((option) => (
          <label key={option.value} className={classes(option.value === value && "on")}>
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            {option.icon !== undefined && <Icon name={option.icon} size={14} />}
            <span>
              {option.label}
              {option.hint !== undefined && <small>{option.hint}</small>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
