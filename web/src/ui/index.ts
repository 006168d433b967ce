/** What screens and canvas are built from. */
export { Button, buttonClass, IconButton, type ButtonKind, type ButtonProps, type IconButtonProps } from "./button";
export { classes } from "./classes";
export { confirm, Questions, type Question } from "./confirm";
export { CopyButton, copyText } from "./copy";
export { Dialog, type DialogProps } from "./dialog";
export {
  Checkbox,
  Choice,
  Field,
  type FieldText,
  type Option,
  Select,
  Switch,
  TextArea,
  TextField,
  type TextFieldProps,
} from "./field";
export { Icon, type IconName, Logo } from "./icon";
export { later, type Later } from "./later";
export { type ListOption, SearchList } from "./listbox";
export { Avatar, Chip, Heading, Kbd, Status, type Tone } from "./marks";
export { Menu, MenuAt, type MenuItem } from "./menu";
export { type Align, type Box, placeBeside, type Placing, type Side, spotBeside } from "./place";
export { chooseKeys, keyChoice, keysText, listenToKeys, platform, registry, useActions, useRegistered } from "./shortcuts";
export { Empty, Failure, FailureNote, Forbidden, Skeleton, SkeletonRows, type Trouble } from "./states";
export { Tabs, type Tab } from "./tabs";
export { toast, type Toast, Toasts } from "./toast";
export { type Timer, useTimer } from "./timer";
export { Tooltip } from "./tooltip";
