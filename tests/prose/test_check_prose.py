# SPDX-License-Identifier: MIT
"""What check_prose.py counts, and that it finds faults where there are some."""
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
from check_prose import count_words, faults_of, too_long

SHORT = "V is factorized into two matrices, and both of them have no negative entry."
LONG = " ".join(["word"] * 26) + "."


def found(text, is_header=False):
    return [(line, words) for line, words, _ in too_long(text, is_header)]


class Sentences(unittest.TestCase):
    def test_a_short_sentence_passes_and_a_long_one_is_found_at_its_line(self):
        self.assertEqual(found(SHORT), [])
        self.assertEqual(found(SHORT + "\n\n" + LONG), [(3, 26)])
        self.assertEqual(found(" ".join(["word"] * 25) + "."), [])

    def test_a_sentence_goes_on_over_lines_and_is_reported_where_it_begins(self):
        self.assertEqual(found("One. " + LONG.replace("word word", "word\nword")), [(1, 26)])

    def test_marks_end_a_sentence(self):
        half = " ".join(["word"] * 13)
        for mark in ".!?:;":
            self.assertEqual(found(f"{half}{mark} {half}."), [])
        self.assertEqual(found(f"{half}, {half}."), [(1, 26)])
        self.assertEqual(found(f"{half} [link](a/b.md). {half}."), [])
        self.assertEqual(found(f"{half} ... {half}."), [(1, 26)])

    def test_decimals_and_abbreviations_do_not_end_a_sentence(self):
        words = " ".join(["word"] * 12)
        self.assertEqual(found(f"{words} 1.5 {words} word."), [(1, 26)])
        self.assertEqual(found(f"{words} (e.g. {words}, i.e. {words})."), [(1, 38)])

    def test_paragraphs_items_and_cells_end_a_sentence(self):
        half = " ".join(["word"] * 13)
        self.assertEqual(found(f"{half}\n\n{half}"), [])
        self.assertEqual(found(f"- {half}\n- {half}"), [])
        self.assertEqual(found(f"| {half} | {half} |"), [])
        self.assertEqual(found(f"# {half}\n{half}"), [])
        self.assertEqual(found(f"- {half}\n  {half}"), [(1, 26)])
        self.assertEqual(found(f"| {half} {half} | 1 |"), [(1, 26)])

    def test_code_is_left_out(self):
        self.assertEqual(found(f"```cpp\n{LONG}\n```\n\n{SHORT}"), [])
        self.assertEqual(found(f"{SHORT}\n\n    {LONG}\n\n{SHORT}"), [])
        self.assertEqual(found(f"```cpp\nint i;\n```\n{LONG}"), [(4, 26)])

    def test_only_comments_of_headers_are_read(self):
        self.assertEqual(found(f"// {LONG}\nint i;", is_header=True), [])
        self.assertEqual(found(f"/// {LONG}\nint i;", is_header=True), [(1, 26)])
        self.assertEqual(found(f"int i;  ///< {LONG}", is_header=True), [(1, 26)])
        self.assertEqual(found(f"/// @file\n/// {LONG}", is_header=True), [(2, 26)])
        half = " ".join(["word"] * 13)
        self.assertEqual(found(f"/// {half}\nint i;\n/// {half}", is_header=True), [])


class Words(unittest.TestCase):
    def count(self, text):
        return count_words(text.split())

    def test_a_formula_is_one_word(self):
        self.assertEqual(self.count("V ~ W H"), 1)
        self.assertEqual(self.count("minimises f(X) = 1/2 ||V - A X||^2 over X >= 0."), 4)
        self.assertEqual(self.count("an m x n matrix"), 3)
        self.assertEqual(self.count("the rows of W and the columns of H"), 9)

    def test_code_is_one_word(self):
        self.assertEqual(found("`a b c d` " + " ".join(["word"] * 25)), [(1, 26)])
        self.assertEqual(found("`a b c d` " + " ".join(["word"] * 24)), [])

    def test_a_link_is_its_text(self):
        self.assertEqual(found("[two words](a/b/c.md) " + " ".join(["word"] * 23)), [])
        self.assertEqual(found("[two words](a/b/c.md) " + " ".join(["word"] * 24)), [(1, 26)])


class Project(unittest.TestCase):
    def faults(self, readme, header, guide="Short."):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "include/nmf").mkdir(parents=True)
            (root / "examples/guides").mkdir(parents=True)
            (root / "README.md").write_text(readme, encoding="utf-8")
            (root / "include/nmf/nmf.hpp").write_text(header, encoding="utf-8")
            (root / "examples/guides/guide.md").write_text(guide, encoding="utf-8")
            return [fault.split(" words")[0] for fault in faults_of(root)]

    def test_a_good_project_has_no_faults(self):
        self.assertEqual(self.faults(SHORT, "/// " + SHORT), [])

    def test_every_kind_of_file_is_read(self):
        self.assertEqual(self.faults(LONG, "/// " + SHORT),
                         ["README.md:1: 26", "README.md:1: 130 columns, at most 100"])
        self.assertEqual(self.faults(SHORT, "/// " + LONG), ["include/nmf/nmf.hpp:1: 26"])
        self.assertEqual(self.faults(SHORT, "/// " + SHORT, LONG),
                         ["examples/guides/guide.md:1: 26"])

    def test_a_readme_is_short(self):
        self.assertEqual(self.faults("word.\n" * 150, ""), [])
        self.assertEqual(self.faults("word.\n" * 151, ""),
                         ["README.md:151: 151 lines, at most 150"])

    def test_a_folder_without_the_files_is_a_fault(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(len(list(faults_of(pathlib.Path(folder)))), 1)


if __name__ == "__main__":
    unittest.main()
