import { chooseLook, type Theme, useLook } from "~/styles/theme";
import { Icon, type IconName, Menu, type MenuItem } from "~/ui";

const THEMES: readonly (readonly [Theme, string, IconName])[] = [
  ["system", "As the system", "screen"],
  ["light", "Light", "sun"],
  ["dark", "Dark", "moon"],
  ["contrast", "High contrast", "contrast"],
];

export function ThemeButton() {
  const { theme } = useLook();
  const items = THEMES.map(([each, label, icon]): MenuItem => {
    return { id: each, label, icon, checked: each === theme, run: () => chooseLook({ theme: each }) };
  });
  return (
    <Menu label="Theme" items={items} placing={{ align: "end" }}>
      <button type="button" className="ib hide-s" aria-label="Theme">
        <Icon name={THEMES.find(([each]) => each === theme)?.[2] ?? "moon"} />
      </button>
    </Menu>
  );
}
