"""Which lines of a page are its main text."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from netmeta.reading.headline import SURE, Headline, find_headline
from netmeta.reading.lines import Line, Lines
from netmeta.reading.phrases import BESIDE_HEADLINE
from netmeta.reading.worth import LENIENT_TOLL, Run, runs, worths

_NEAR_LINES = 8
"""A text begins at most this many lines after its headline."""
_GAP_LINES = 4
"""A run that follows after so few lines and in the same block belongs to it."""
_MAX_NEIGHBOURS = 300
_AFTER_COMMENTS = 0.3
_RIVAL = 0.5
_POOR = 12.0
_LEAST_WORDS, _FEW_WORDS = 25, 8


class MainText:
    """The main text of one page, and what else it might have been.

    Args:
        lines: the page.
        titles: what the page's head calls it.
        template: texts of lines that repeat across the host.
    """

    def __init__(self, lines: Lines, titles: Sequence[str], template: Collection[str] = ()) -> None:
        self._lines = lines
        self._template = template
        self._worths = worths(lines, template)
        self._runs = runs(self._worths)
        richest = max(self._runs, key=lambda run: run.worth, default=None)
        self.headline: Headline | None = find_headline(
            lines, titles, richest.first if richest else 0
        )
        self._comments_begin = [
            at for at, line in enumerate(lines.lines) if line.said.begins_comments
        ]
        self._is_poor = False
        self._be_lenient_if_poor(template)
        self._readers_speak_from = self._find_readers()
        self._weights = {run: self._weight(run) for run in self._runs}
        self.first, self.end = 0, 0
        """The text stands among lines `first` to `end` (exclusive)."""
        if self._runs:
            self._settle(max(self._runs, key=self._weights.__getitem__))

    @property
    def clear(self) -> bool:
        """Whether nothing outside the chosen part came near it."""
        outside = [
            weight
            for run, weight in self._weights.items()
            if run.end <= self.first or run.first >= self.end
        ]
        best = max(self._weights.values(), default=0.0)
        return max(outside, default=0.0) < _RIVAL * best

    def candidates(self, limit: int) -> list[Run]:
        """The likeliest runs, best first."""
        return sorted(self._runs, key=lambda run: -self._weights[run])[:limit]

    def choose(self, chosen: Sequence[Run]) -> None:
        """Take the part that spans these `candidates` instead, because somebody else does."""
        first, end = min(run.first for run in chosen), max(run.end for run in chosen)
        self._settle(Run(first, end, sum(run.worth for run in chosen)))

    def block(self) -> int:
        """The smallest block that holds all of the text; -1 if there is no text."""
        return self._common_block(self.first, self.end - 1) if self.end else -1

    def body(self) -> list[int]:
        """Numbers of the lines that are main text, the headline not among them."""
        headline = self.headline.line if self.headline else -1
        text_begins = False
        kept = []
        for at in range(self.first, self.end):
            beside = not text_begins and self._is_beside(at)
            if self._worths[at] > 0 and not (self._is_poor and beside):
                text_begins, beside = True, False
            if at != headline and not beside and self._is_text(at):
                kept.append(at)
        return kept

    def _be_lenient_if_poor(self, template: Collection[str]) -> None:
        """Where nothing is worth much, short lines below the headline are text as well."""
        richest = max((run.worth for run in self._runs), default=0.0)
        if self.headline is None or richest >= _POOR:
            return
        lenient = worths(self._lines, template, LENIENT_TOLL)
        first, end = self._below(self.headline.line)
        lenient[:first] = [min(0.0, worth) for worth in self._worths[:first]]
        lenient[end:] = [min(0.0, worth) for worth in self._worths[end:]]
        self._worths, self._runs = lenient, runs(lenient)
        self._is_poor = True

    def _below(self, at: int) -> tuple[int, int]:
        """The lines after `at` in the smallest block that says anything below it."""
        for block in self._blocks_above(self._lines.lines[at]):
            first, end = at + 1, self._lines.end_line[block]
            if (
                sum(line.words - line.link_words for line in self._lines.lines[first:end])
                > _FEW_WORDS
            ):
                return first, end
        return at + 1, len(self._lines.lines)

    # --- choosing ------------------------------------------------------------------------

    def _weight(self, run: Run) -> float:
        """The run's worth, less the further it is from the headline or behind comments."""
        weight = run.worth
        if self.headline and self.headline.strength >= SURE:
            away = run.first - self.headline.line
            if run.end <= self.headline.line:
                weight *= 0.3
            elif away > _NEAR_LINES:
                weight *= max(0.5, 1 - 0.02 * away)
        return weight * _AFTER_COMMENTS if run.first > self._readers_speak_from else weight

    def _find_readers(self) -> int:
        """The line at which comments begin: under the headline, and after some text."""
        after = self.headline.line if self.headline else -1
        begins = [
            at for at in self._comments_begin if at > after and self._is_a_text(after + 1, at)
        ]
        return min(begins, default=len(self._worths))

    def _is_a_text(self, first: int, end: int) -> bool:
        """Whether enough stands between two lines for readers to comment on."""
        said = sum(
            line.words - line.link_words
            for line in self._lines.lines[first:end]
            if not line.region and line.words >= 6
        )
        return said >= _LEAST_WORDS

    def _settle(self, run: Run) -> None:
        self.first, self.end = run.first, self._before_comments(run)
        self._fill_block()
        self._take_neighbours()
        if self.headline is None:
            return
        at = self.headline.line
        if self.first - _NEAR_LINES <= at < self.first:
            self.first = at
        elif self.first <= at < self.end:
            skipped = sum(worth for worth in self._worths[self.first : at] if worth > 0)
            if skipped < 0.3 * run.worth:
                self.first = at

    def _before_comments(self, run: Run) -> int:
        for at in self._comments_begin:
            if run.first < at < run.end and self._is_a_text(run.first, at):
                return at
        return run.end

    def _fill_block(self) -> None:
        """Take the rest of the block in which all of the run stands, if it is text too.

        This brings back short lines before and after: the list at the end of a lesson plan.
        """
        block = self._common_block(self.first, self.end - 1)
        inside = sum(line.words for line in self._lines.lines[self.first : self.end])
        start = self._lines.first_line[block]
        end = min(
            [at for at in self._comments_begin if at >= self.end],
            default=self._lines.end_line[block],
        )
        if self._is_plain(start, self.first, inside):
            self.first = start
        if self._is_plain(self.end, end, inside):
            self.end = end

    def _is_plain(self, first: int, end: int, words_inside: int) -> bool:
        more = self._lines.lines[first:end]
        words = sum(line.words for line in more)
        links = sum(line.link_words for line in more)
        aside = sum(line.words for line in more if line.region)
        return links <= 0.3 * words and aside <= 0.3 * words and words <= 0.6 * words_inside

    def _take_neighbours(self) -> None:
        """Take runs that a few poor lines separate from the text inside one block."""
        later = [run for run in self._runs if run.first >= self.end]
        for run in later[:_MAX_NEIGHBOURS]:
            if run.first - self.end > _GAP_LINES or not self._is_beside_in_block(run):
                break
            if any(self.end <= at <= run.first for at in self._comments_begin):
                break
            self.end = run.end
        earlier = [run for run in self._runs if run.end <= self.first]
        for run in earlier[: -_MAX_NEIGHBOURS - 1 : -1]:
            if self.first - run.end > _GAP_LINES or not self._is_beside_in_block(run):
                break
            if self.headline and run.end <= self.headline.line:
                break
            self.first = run.first

    def _is_beside_in_block(self, run: Run) -> bool:
        """Whether taking the run widens the text's block by no more than one level."""
        block = self._common_block(self.first, self.end - 1)
        wider = self._common_block(min(self.first, run.first), max(self.end, run.end) - 1)
        return wider in (block, self._lines.parents[block])

    def _common_block(self, first: int, last: int) -> int:
        """The smallest block that holds both lines."""
        above = set(self._blocks_above(self._lines.lines[first]))
        return next(b for b in self._blocks_above(self._lines.lines[last]) if b in above)

    def _blocks_above(self, line: Line) -> list[int]:
        block, above = line.block, []
        while block >= 0:
            above.append(block)
            block = self._lines.parents[block]
        return above

    # --- keeping -------------------------------------------------------------------------

    def _is_text(self, at: int) -> bool:
        line = self._lines.lines[at]
        if line.region and self._worths[at] < 0:
            return False
        if line.said.around_text or line.text in self._template:
            return False
        return line.words <= 2 or line.link_words < 0.6 * line.words

    def _is_beside(self, at: int) -> bool:
        """Date, author, rubric and counters between the headline and the first sentence."""
        line = self._lines.lines[at]
        few = line.words < 4 and not self._is_poor
        return few or (line.words <= 8 and BESIDE_HEADLINE.search(line.text) is not None)
