// What the elements of a message or view hold: the state Slack sends as `state.values`.

const option = (e) => ({ selected_option: e.initial_option ?? null });
const options = (e) => ({ selected_options: e.initial_options ?? [] });
const text = (e) => ({ value: e.initial_value ?? null });

const INITIAL = {
  plain_text_input: text,
  number_input: text,
  email_text_input: text,
  url_text_input: text,
  rich_text_input: (e) => ({ rich_text_value: e.initial_value ?? null }),
  static_select: option,
  external_select: option,
  radio_buttons: option,
  checkboxes: options,
  multi_static_select: options,
  multi_external_select: options,
  users_select: (e) => ({ selected_user: e.initial_user ?? null }),
  channels_select: (e) => ({ selected_channel: e.initial_channel ?? null }),
  conversations_select: (e) => ({ selected_conversation: e.initial_conversation ?? null }),
  multi_users_select: (e) => ({ selected_users: e.initial_users ?? [] }),
  multi_channels_select: (e) => ({ selected_channels: e.initial_channels ?? [] }),
  multi_conversations_select: (e) => ({ selected_conversations: e.initial_conversations ?? [] }),
  datepicker: (e) => ({ selected_date: e.initial_date ?? null }),
  timepicker: (e) => ({ selected_time: e.initial_time ?? null }),
  datetimepicker: (e) => ({ selected_date_time: e.initial_date_time ?? null }),
};

/** Whether an element keeps a value (a button does not). */
export const isStateful = (element) => element.type in INITIAL;

export const initialValue = (element) => ({ type: element.type, ...INITIAL[element.type](element) });

/** Whether nothing is chosen or typed. */
export function isEmpty(value) {
  const { type, ...held } = value;
  return Object.values(held).every((v) => v === null || v === "" || (Array.isArray(v) && v.length === 0));
}

/** Every element of a list of blocks with its block: [{block, element}], also inside containers and cards. */
export function elementsOf(blocks) {
  return (blocks ?? []).flatMap((block) => [...own(block), ...inside(block)]);
}

function own(block) {
  const list = [block.accessory, block.element, ...(block.type === "actions" ? block.elements : [])];
  return list.filter((e) => e?.type).map((element) => ({ block, element }));
}

function inside(block) {
  if (block.type === "container") return elementsOf(block.child_blocks);
  if (block.type === "carousel") return elementsOf(block.elements);
  if (block.type === "card") return (block.actions ?? []).map((element) => ({ block, element }));
  return [];
}
