"""The table block: at most 100 rows (the header is one of them) of 20 cells, and one table in a message."""

from collections.abc import Sequence

from slack_sdk.models.blocks import RawTextObject, TableBlock
from slack_sdk.models.blocks.basic_components import TableBlockColumnSettings

from bot.messages import limits
from bot.messages.limits import Block, cut, size
from bot.messages.words import count

BLANK = "\u00a0"  # Slack refuses empty cells
Cell = str | Block


def table(header: Sequence[str], rows: Sequence[Sequence[Cell]], align: Sequence[str] = ()) -> Block:
    """A cell is raw text or a `rich(…)` block; `align` is left, center or right per column, left where it ends.

    Rows and columns beyond the limits are left out, and the last one says how many.
    """
    columns = max(map(len, (header, *rows)))
    grid = [_fitting(row, columns) for row in (header, *rows)]
    kept = _kept(grid)
    if len(kept) < len(grid):
        kept = kept[: limits.ROWS - 1]
        note = f"… {count(len(grid) - len(kept), 'more row')}"
        kept.append([_cell(note)] + [_cell("")] * (len(grid[0]) - 1))
    settings = [TableBlockColumnSettings(align=side) for side in align[: min(columns, limits.COLUMNS)]]
    return TableBlock(rows=kept, column_settings=settings or None).to_dict()


def _kept(grid: list[list[Block]]) -> list[list[Block]]:
    """As many rows from the top as a message has room for."""
    kept: list[list[Block]] = []
    room = limits.SHARE
    for row in grid[: limits.ROWS]:
        room -= size(row)
        if room < 0 and len(kept) > 1:
            break
        kept.append(row)
    return kept


def _fitting(row: Sequence[Cell], columns: int) -> list[Block]:
    cells = [_cell(cell) for cell in row]
    cells += [_cell("")] * (columns - len(cells))
    if len(cells) > limits.COLUMNS:
        left = len(cells) - limits.COLUMNS + 1
        cells = [*cells[: limits.COLUMNS - 1], _cell(f"… {count(left, 'more column')}")]
    return cells


def _cell(cell: Cell) -> Block:
    if isinstance(cell, str):
        return RawTextObject(text=cut(cell.strip() or BLANK, limits.CELL)).to_dict()
    return cell
