import { Link, useNavigate } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";

import { sessionQuery, signOut } from "~/api";
import { chooseLook, type Theme, useLook } from "~/styles/theme";
import { Avatar, Icon, type IconName, Kbd, keysText, Logo, Menu, type MenuItem } from "~/ui";

export function TopBar({ onJump }: { readonly onJump: () => void }) {
  return (
    <header className="top">
      <Link to="/" className="logo-link" aria-label="Home">
        <Logo />
      </Link>
      <nav className="nav" aria-label="Main">
        <Link to="/" activeOptions={{ exact: true }}>
          Home
        </Link>
        <Link to="/apps">Apps</Link>
        <Link to="/settings">Settings</Link>
      </nav>
      <span className="grow" />
      <button type="button" className="jump" onClick={onJump}>
        <Icon name="search" size={14} />
        <span className="grow">Search or jump to…</span>
        <Kbd keys={keysText("Mod+K")} />
      </button>
      <ThemeMenu />
      <AccountMenu />
    </header>
  );
}

const THEMES: readonly { readonly theme: Theme; readonly label: string; readonly icon: IconName }[] = [
  { theme: "system", label: "As the system", icon: "screen" },
  { theme: "light", label: "Light", icon: "sun" },
  { theme: "dark", label: "Dark", icon: "moon" },
  { theme: "contrast", label: "High contrast", icon: "contrast" },
];

export function ThemeMenu() {
  const { theme } = useLook();
  const items = THEMES.map(
    ({ theme: each, label, icon }): MenuItem => ({
      id: each,
      label,
      icon,
      checked: each === theme,
      run: () => chooseLook({ theme: each }),
    }),
  );
  const icon = THEMES.find((each) => each.theme === theme)?.icon ?? "screen";
  return (
    <Menu label="Theme" items={items} placing={{ align: "end" }}>
      <button type="button" className="ib" aria-label="Theme">
        <Icon name={icon} />
      </button>
    </Menu>
  );
}

function AccountMenu() {
  const navigate = useNavigate();
  const session = useQuery(sessionQuery);
  const name = session.data?.user.name ?? "";
  const items: MenuItem[] = [
    { id: "settings", label: "Settings", icon: "sliders", run: () => void navigate({ to: "/settings" }) },
    {
      id: "keys",
      label: "Keyboard shortcuts",
      icon: "keyboard",
      run: () => void navigate({ to: "/settings", search: { tab: "shortcuts" } }),
    },
    { id: "out", label: "Sign out", icon: "leave", apart: true, run: () => void signOut() },
  ];
  return (
    <Menu label="Account" items={items} placing={{ align: "end" }}>
      <button type="button" className="ib account" aria-label={name === "" ? "Account" : `Account: ${name}`}>
        <Avatar name={name} />
      </button>
    </Menu>
  );
}
