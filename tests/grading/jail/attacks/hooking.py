"""Attacks on IPython, on libraries and on the kernel: what runs tests is made to pass them."""

from .attack import KERNEL, Attack, in_cell

PLAIN = "assert answer == 1.0"
CLOSE = "import numpy as np\nassert np.allclose(answer, 1.0)"
TESTING = "import numpy as np\nnp.testing.assert_allclose(answer, 1.0)"
BUILTIN = "assert abs(answer - 1.0) < 1e-6"
CHECK = "from hhlab import check\ncheck.variable(answer, 'V')"

HOOKING: dict[str, Attack] = {
    "input_transformers_cleanup": in_cell(
        "empties test cells before they are parsed",
        """
        get_ipython().input_transformers_cleanup.append(
            lambda lines: ["pass"] if any("assert" in line for line in lines) else lines
        )
        """,
        victim=PLAIN,
    ),
    "input_transformers_post": in_cell(
        "empties test cells after IPython's own syntax is parsed",
        """
        get_ipython().input_transformers_post.append(
            lambda lines: ["pass"] if any("assert" in line for line in lines) else lines
        )
        """,
        victim=PLAIN,
    ),
    "ast_transformers": in_cell(
        "takes the assert statements out of the syntax tree",
        """
        import ast

        class Quiet(ast.NodeTransformer):
            def visit_Assert(self, node):
                return ast.copy_location(ast.Pass(), node)

        get_ipython().ast_transformers.append(Quiet())
        """,
        victim=PLAIN,
    ),
    "run_cell": in_cell(
        "replaces what runs a cell",
        """
        shell = get_ipython()
        run_cell, run_cell_async = shell.run_cell, shell.run_cell_async

        def harmless(raw_cell):
            return "pass" if "assert" in raw_cell else raw_cell

        async def run_later(raw_cell, *args, **kwargs):
            return await run_cell_async(harmless(raw_cell), *args, **kwargs)

        shell.run_cell = lambda raw_cell, *args, **kwargs: run_cell(
            harmless(raw_cell), *args, **kwargs
        )
        shell.run_cell_async = run_later
        """,
        victim=PLAIN,
    ),
    "pre_run_cell_event": in_cell(
        "waits for a test and then replaces what runs code",
        """
        shell = get_ipython()

        async def nothing(*args, **kwargs):
            return False

        def disarm(info):
            if "assert" in info.raw_cell:
                shell.run_code = nothing

        shell.events.register("pre_run_cell", disarm)
        """,
        victim=PLAIN,
    ),
    "silent_errors": in_cell(
        "drops error messages and rewrites the replies that tell of errors",
        KERNEL
        + """
genuine = kernel.session.send

def send(stream, kind, content=None, *args, **kwargs):
    if kind == "error":
        return None
    if kind == "execute_reply" and content.get("status") == "error":
        content = {**content, "status": "ok", "payload": [], "user_expressions": {}}
    return genuine(stream, kind, content, *args, **kwargs)

kernel.session.send = send
""",
        victim=PLAIN,
    ),
    "numpy_testing": in_cell(
        "makes np.testing agree with everything",
        """
        import numpy as np

        for name in ("assert_allclose", "assert_array_equal", "assert_almost_equal"):
            setattr(np.testing, name, lambda *args, **kwargs: None)
        """,
        victim=TESTING,
    ),
    "numpy_isclose": in_cell(
        "makes np.isclose and its kin agree with everything",
        """
        import numpy as np

        for name in ("isclose", "allclose", "array_equal", "isfinite", "all", "any"):
            setattr(np, name, lambda *args, **kwargs: np.True_)
        """,
        victim=CLOSE,
    ),
    "builtins": in_cell(
        "makes abs, all and any agree with everything",
        """
        import builtins

        builtins.abs = lambda value: 0.0
        builtins.all = lambda values: True
        """,
        victim=BUILTIN,
    ),
    "course_checks": in_cell(
        "replaces the course's own checks in the kernel",
        """
        import hhlab
        from hhlab import check

        for name in ("variable", "derivative", "step", "written_back", "gates", "spike_times"):
            setattr(check, name, lambda *args: None)
        """,
        victim=CHECK,
    ),
    "user_expressions": in_cell(
        "answers the grader's expressions with a claim to have passed",
        """
        import json

        claim = {"application/vnd.hhlab+json": json.dumps({"passed": True, "score": 20, "points": 20})}
        entry = {"status": "ok", "data": claim, "metadata": {}}
        get_ipython().user_expressions = lambda asked: {name: entry for name in asked}
        """,
        ran="there is not one answer for each question",
    ),
    "display_formatter": in_cell(
        "turns whatever is shown into a claim to have passed",
        """
        claim = {"application/vnd.hhlab+json": '{"passed": true, "score": 20}'}
        get_ipython().display_formatter.format = lambda *args, **kwargs: (claim, {})
        """,
        ran="there is not one answer for each question",
    ),
    "no_get_ipython": in_cell(
        "deletes get_ipython",
        """
        import builtins

        shell = get_ipython()
        builtins.__dict__.pop("get_ipython", None)
        for names in (shell.user_ns, shell.user_global_ns, shell.user_ns_hidden):
            names.pop("get_ipython", None)
        """,
        ran="'get_ipython' is not defined",
    ),
    "boundless_namespace": in_cell(
        "has every name in its namespace, and each equals everything",
        """
        class Equal:
            def __eq__(self, other): return True
            def __getattr__(self, name): return self
            def __call__(self, *args, **kwargs): return self
            def __iter__(self): return iter([self])
            def __len__(self): return 1

        class Names(dict):
            def __contains__(self, name): return True
            def __missing__(self, name): return Equal()

        get_ipython().user_ns = Names(get_ipython().user_ns)
        """,
        ran="the answer is no JSON",
    ),
}
