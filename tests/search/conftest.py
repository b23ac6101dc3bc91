"""Small lists to search, written out where a test can see them."""

import pytest

from readbot.reading_list import AlsoLink, Kind, Link, ReadingList, Section
from readbot.search import AliasGroup, AliasTable, SearchIndex

ALIASES = AliasTable(
    [
        AliasGroup(terms=("rlhf", "reinforcement learning from human feedback")),
        AliasGroup(terms=("gpu", "graphics card", "video card"), related=("cuda",)),
        AliasGroup(terms=("llm", "large language model")),
        AliasGroup(terms=("remember",), related=("memory",)),
        AliasGroup(terms=("asr", "automatic speech recognition")),
        AliasGroup(terms=("kotlin", "kotlin language")),
    ]
)

READING_LIST = ReadingList(
    title="A small list",
    sections=(
        Section(
            title="Attention",
            links=(
                Link(
                    title="Attention is all you need",
                    url="https://arxiv.org/abs/1706.03762",
                    kind=Kind.PAPER,
                    year=2017,
                    authors=("Ashish Vaswani",),
                    topics=("transformer architecture",),
                    aliases=("Transformer paper",),
                ),
                Link(
                    title="Attention? Attention!",
                    url="https://lilianweng.github.io/posts/2018-06-24-attention/",
                    kind=Kind.POST,
                    year=2018,
                ),
            ),
        ),
        Section(
            title="Fine-Tuning",
            links=(
                Link(title="Finetuning with LoRA", url="https://lightning.ai/lora/", year=2023),
                Link(
                    title="A gentle introduction to 8-bit matrix multiplication",
                    url="https://huggingface.co/blog/hf-bitsandbytes-integration",
                    kind=Kind.POST,
                    year=2022,
                    note="Why quantization saves memory.",
                ),
                Link(
                    title="Training models to follow instructions",
                    url="https://arxiv.org/abs/2203.02155",
                    kind=Kind.PAPER,
                    year=2022,
                    topics=("reinforcement learning from human feedback",),
                ),
            ),
        ),
        Section(
            title="Tools",
            sections=(
                Section(
                    title="Vector Search",
                    links=(
                        Link(
                            title="Vector search class notes",
                            url="https://github.com/edoliberty/vector-search-class-notes",
                            kind=Kind.COURSE,
                            note="Long-term memory for models.",
                            also=(AlsoLink(title="Slides", url="https://example.com/annoying-slides"),),
                        ),
                    ),
                ),
                Section(
                    title="Running models",
                    links=(
                        Link(title="LlamaCPP", url="https://github.com/ggerganov/llama.cpp", kind=Kind.REPO),
                        Link(
                            title="BorgBackup",
                            url="https://www.borgbackup.org/",
                            note="Keeps C++ and C# code.",
                        ),
                        Link(title="Which GPU for deep learning", url="https://timdettmers.com/which-gpu/"),
                        Link(title="Speech recognition at home", url="https://example.org/speech"),
                        Link(
                            title="What's in my big data",
                            url="https://arxiv.org/abs/2310.20707",
                            kind=Kind.PAPER,
                        ),
                        Link(title="如何理解注意力机制", url="https://example.cn/zhuyili"),
                        Link(title="تعلم الآلة للمبتدئين", url="https://example.sa/taallum"),
                    ),
                ),
            ),
        ),
    ),
)


@pytest.fixture(scope="session")
def index() -> SearchIndex:
    return SearchIndex(READING_LIST, ALIASES)
