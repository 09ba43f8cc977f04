"""How the site is made of these pages: ``make site`` runs everything, ``make site-quick`` everything but the examples."""

from __future__ import annotations

import os
import sys
from pathlib import Path

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS / "_extensions"))
os.environ["HALFMOON_LANG"] = "en"  # what the library says and draws on these pages, in whichever locale they are built

import thumbnails  # noqa: E402 - from _extensions

from halfmoon import __version__  # noqa: E402 - after the language is set

# -- The project

project = "Halfmoon"
author = "The Halfmoon developers"
copyright = author  # noqa: A001 - Sphinx's name
version = release = __version__

# -- What is read

extensions = [
    "changelog",
    "chinese",
    "mathml",
    "public_names",
    "myst_parser",
    "notebooks",
    "numpydoc",
    "notfound.extension",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
    "thumbnails",
]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["_*", "**/*.zh-CN.md"]
templates_path = ["_templates"]
suppress_warnings = ["config.cache"]  # sphinx-gallery's settings hold functions

myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3  # as the forge makes them, so that links work in both places

# -- Languages: English here, Chinese from docs/locale, by tools/site_texts.py

language = "en"
locale_dirs = ["locale"]
gettext_compact = False
gettext_location = gettext_uuid = False
figure_language_filename = "{root}.{language}{ext}"
if tags.has("texts"):  # type: ignore[name-defined]  # noqa: F821 - Sphinx gives it; only the pages that are translated
    exclude_patterns += ["reference/**", "gallery/**"]
    include_patterns = ["*.md", "tutorial/**"]
    suppress_warnings += ["toc.excluded", "toc.not_readable", "myst.xref_missing", "ref.doc", "ref.ref"]

# -- The reference, from docstrings

autosummary_generate = not tags.has("texts")  # type: ignore[name-defined]  # noqa: F821
autosummary_ignore_module_all = False
autodoc_typehints = "none"  # the docstrings have them, with shapes
autodoc_member_order = "bysource"
numpydoc_show_class_members = False  # the template lists them
numpydoc_class_members_toctree = False
add_module_names = False
toc_object_entries_show_parents = "hide"
viewcode_line_numbers = True

# -- Tutorial and gallery

EXAMPLES = DOCS.parent / "examples"
sphinx_gallery_conf = {
    "examples_dirs": [str(EXAMPLES / "tutorial"), str(EXAMPLES / "gallery")],
    "gallery_dirs": ["tutorial", "gallery"],
    "filename_pattern": r"/(plot_|\d\d_)",
    "within_subsection_order": "FileNameSortKey",
    "nested_sections": True,
    "plot_gallery": "True",
    "abort_on_example_error": True,
    "only_warn_on_example_error": False,
    "image_scrapers": (thumbnails.scraper,),
    "image_srcset": ["2x"],
    "thumbnail_size": thumbnails.SIZE,
    "min_reported_time": 1e9,  # a page that says how long it took is another one each time
    "show_memory": False,
    "show_signature": False,
    "download_all_examples": False,
    "remove_config_comments": True,
    "reset_modules": ("matplotlib",),
    "copyfile_regex": r".*\.rst",
    "default_thumb_file": str(DOCS / "_static" / "thumbnail.png"),  # of a page without a picture
    "write_computation_times": False,
}

# -- What is written

html_theme = "pydata_sphinx_theme"
html_title = "Halfmoon"
html_logo = html_favicon = "_static/logo.svg"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = html_show_sourcelink = False
html_last_updated_fmt = None
html_theme_options = {
    "logo": {"text": "Halfmoon"},
    "navbar_end": ["language", "theme-switcher"],
    "navbar_align": "left",
    "navbar_persistent": ["search-button"],
    "header_links_before_dropdown": 7,
    "show_toc_level": 2,
    "navigation_with_keys": False,
    "back_to_top_button": False,
    "show_prev_next": True,
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_sidebars = {"index": [], "installation": [], "exercise": [], "changelog": [], "404": []}
html_context = {"default_mode": "auto"}

notfound_urls_prefix = os.environ.get("SITE_PREFIX", "/")  # the path at which the site is served
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
