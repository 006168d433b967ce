import { chooseLook, useLook } from "~/styles/theme";
import { Button, Choice, Switch } from "~/ui";

import { restartTour } from "../tour/state";

export function Appearance() {
  const { theme, motion, wheel } = useLook();
  return (
    <div className="stack gap-28">
      <Choice
        label="Theme"
        look="cards"
        value={theme}
        onChange={(next) => chooseLook({ theme: next })}
        options={[
          { value: "system", label: "As the system", icon: "screen", hint: "Light by day, dark by night" },
          { value: "light", label: "Light", icon: "sun" },
          { value: "dark", label: "Dark", icon: "moon" },
          { value: "contrast", label: "High contrast", icon: "contrast", hint: "White and yellow on black" },
        ]}
      />
      <Switch
        label="Less motion"
        hint="Nothing moves by itself, whatever the system says."
        checked={motion === "reduced"}
        onChange={(less) => chooseLook({ motion: less ? "reduced" : "system" })}
      />
      <Switch
        label="The wheel moves the view of a board"
        hint="With Ctrl it then zooms. Else it zooms at once, and the middle button moves."
        checked={wheel === "pans"}
        onChange={(pans) => chooseLook({ wheel: pans ? "pans" : "zooms" })}
      />
      <div>
        <Button icon="flag" onClick={restartTour}>
          Show the first steps again
        </Button>
      </div>
    </div>
  );
}
