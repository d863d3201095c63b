// Names of the common emoji. A name that is not here stays as it was typed.

const TABLE = `
  white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎ warning ⚠️
  no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑 rotating_light 🚨 fire 🔥 boom 💥 bell 🔔 no_bell 🔕 mute 🔇 loud_sound 🔊
  rocket 🚀 ship 🚢 package 📦 construction 🚧 hammer 🔨 wrench 🔧 hammer_and_wrench 🛠️ gear ⚙️ nut_and_bolt 🔩
  lock 🔒 unlock 🔓 closed_lock_with_key 🔐 key 🔑 shield 🛡️ eyes 👀 mag 🔍 bulb 💡 memo 📝 pencil2 ✏️ clipboard 📋
  chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 bar_chart 📊 calendar 📅 clock1 🕐 alarm_clock ⏰
  hourglass ⌛ hourglass_flowing_sand ⏳ stopwatch ⏱️ timer_clock ⏲️ zzz 💤 snowflake ❄️ ice_cube 🧊
  large_green_circle 🟢 large_yellow_circle 🟡 large_orange_circle 🟠 red_circle 🔴 large_blue_circle 🔵 white_circle ⚪
  black_circle ⚫ large_green_square 🟩 large_red_square 🟥 large_yellow_square 🟨 white_large_square ⬜
  arrow_up ⬆️ arrow_down ⬇️ arrow_right ➡️ arrow_left ⬅️ arrows_counterclockwise 🔄 leftwards_arrow_with_hook ↩️
  repeat 🔁 fast_forward ⏩ rewind ⏪ double_vertical_bar ⏸️ arrow_forward ▶️ black_square_for_stop ⏹️
  thumbsup 👍 +1 👍 thumbsdown 👎 -1 👎 ok_hand 👌 wave 👋 clap 👏 raised_hands 🙌 pray 🙏 muscle 💪 point_right 👉
  point_left 👈 point_up ☝️ point_down 👇 raised_hand ✋ handshake 🤝 v ✌️ crossed_fingers 🤞
  tada 🎉 confetti_ball 🎊 sparkles ✨ star ⭐ star2 🌟 100 💯 trophy 🏆 medal 🏅 first_place_medal 🥇 balloon 🎈 gift 🎁
  smile 😄 smiley 😃 grinning 😀 grin 😁 joy 😂 wink 😉 blush 😊 slightly_smiling_face 🙂 thinking_face 🤔 sweat_smile 😅
  sunglasses 😎 cry 😢 sob 😭 scream 😱 facepalm 🤦 shrug 🤷 sleeping 😴 exploding_head 🤯 robot_face 🤖 ghost 👻 skull 💀
  heart ❤️ green_heart 💚 blue_heart 💙 yellow_heart 💛 broken_heart 💔 coffee ☕ beer 🍺 pizza 🍕 cake 🍰 bug 🐛
  ant 🐜 bee 🐝 snail 🐌 turtle 🐢 dog 🐶 cat 🐱 whale 🐳 octopus 🐙 penguin 🐧 cloud ☁️ sunny ☀️ zap ⚡ rainbow 🌈 ocean 🌊
  seedling 🌱 evergreen_tree 🌲 earth_africa 🌍 computer 💻 desktop_computer 🖥️ floppy_disk 💾 cd 💿 satellite 📡
  electric_plug 🔌 battery 🔋 link 🔗 paperclip 📎 pushpin 📌 round_pushpin 📍 file_folder 📁 open_file_folder 📂
  page_facing_up 📄 scroll 📜 inbox_tray 📥 outbox_tray 📤 envelope ✉️ email 📧 phone ☎️ speech_balloon 💬 thread 🧵
  loudspeaker 📢 mega 📣 question ❓ exclamation ❗ bangbang ‼️ information_source ℹ️ heavy_plus_sign ➕
  heavy_minus_sign ➖ new 🆕 up 🆙 ok 🆗 sos 🆘 checkered_flag 🏁 triangular_flag_on_post 🚩 dart 🎯 crystal_ball 🔮
  test_tube 🧪 dna 🧬 microscope 🔬 wastebasket 🗑️ broom 🧹 ambulance 🚑 fire_engine 🚒 police_car 🚓 helicopter 🚁`;

const words = TABLE.trim().split(/\s+/);
export const EMOJI = new Map();
for (let i = 0; i < words.length; i += 2) EMOJI.set(words[i], words[i + 1]);

/** The character for a name ("rocket"), or null. Skin tones are left out. */
export function emoji(name) {
  return EMOJI.get(name.split("::")[0]) ?? null;
}
