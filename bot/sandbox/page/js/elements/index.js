// Draws one interactive element where it stands.
import { h } from "../vdom.js";
import { button, feedbackButtons, iconButton } from "./button.js";
import { checkboxes, radioButtons } from "./choices.js";
import {
  datePicker,
  datetimePicker,
  emailInput,
  numberInput,
  richTextInput,
  textInput,
  timePicker,
  urlInput,
} from "./inputs.js";
import { overflow } from "./overflow.js";
import { select } from "./select.js";
import { smallImage } from "../blocks/media.js";

const DRAW = {
  button,
  icon_button: iconButton,
  feedback_buttons: feedbackButtons,
  overflow,
  checkboxes,
  radio_buttons: radioButtons,
  datepicker: datePicker,
  timepicker: timePicker,
  datetimepicker: datetimePicker,
  plain_text_input: textInput,
  number_input: numberInput,
  email_text_input: emailInput,
  url_text_input: urlInput,
  rich_text_input: richTextInput,
  image: smallImage,
};
const KINDS = ["static", "external", "users", "channels", "conversations"];
for (const kind of KINDS) DRAW[`${kind}_select`] = DRAW[`multi_${kind}_select`] = select;

/** `place` says where: {surface, blockId, label?, optional?, invalid?, input?: true, dispatch?: true}. */
export function element(spec, place) {
  const draw = DRAW[spec?.type];
  if (!draw) return h("span", { class: "unsupported" }, `${spec?.type ?? "element"}: not drawn by this stand-in`);
  return draw(spec, { dispatch: !place.input, ...place, choose, send });
}

/** A new choice: asked about, held, and sent at once unless it waits for a view's submit. */
async function choose(spec, value) {
  const held = this.surface.valueOf(this.blockId, spec);
  this.surface.hold(this.blockId, spec, value);
  if (!this.dispatch) return;
  if (!(await this.surface.act(this.blockId, spec, value))) this.surface.hold(this.blockId, spec, held);
}

function send(spec) {
  const { type, ...value } = this.surface.valueOf(this.blockId, spec);
  return this.surface.act(this.blockId, spec, value);
}
