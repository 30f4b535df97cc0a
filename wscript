# SPDX-License-Identifier: GPL-2.0-only
"""The standalone build against an installed ns-3: globs only, so a new file needs no line here.

model/ and helper/       libns3-conntrack.so
examples/NAME.cc         the program build/examples/NAME; its further sources in examples/NAME/
test/unit, test/system   build/test/unit-tests, build/test/system-tests (GoogleTest)
test/bench/*.cc          build/test/table-bench (Google Benchmark), built by ./waf bench
test/bench/hop/*.cc      build/test/hop-bench, run under callgrind by ./waf bench
test/bench/python/       what calls of Python cost, run under callgrind by ./waf bench
test/live/NAME.cc        build/test/NAME, which test/live/run-live.py runs
test/fuzz/fuzz-NAME.cc   build/fuzz/test/fuzz/fuzz-NAME (libFuzzer), built by ./waf fuzz
bindings/                build/python/ns3conntrack, the Python package; *.cc: its module _native
doc/NAME.cc              the program build/doc/NAME; ./waf docs makes build/doc/html and doxygen

Sources include each other from the top folder: #include "model/flow/tuple.h".
Functions here have comments, for waf takes each with a docstring for a command.
"""

import subprocess
import sys
import sysconfig

from waflib import Build, Configure, Options, TaskGen, Utils

APPNAME = "ns3-conntrack"
VERSION = "0.1.0"
top = "."
out = "build"

# Any command configures first when there is no configuration or this file has changed.
Configure.autoconfig = "clobber"

PYTHON = "/usr/bin/python3"  # Debian's, with Debian's modules; PATH may lead to another

LIBRARY_NS3_MODULES = [
    "core",
    "network",
    "internet",
    "traffic-control",
    "point-to-point",
    "csma",
    "bridge",
    "stats",
    "applications",
]
# Routing protocols and tools that the module must get along with.
TEST_NS3_MODULES = [
    "internet-apps",
    "mobility",
    "aodv",
    "olsr",
    "nix-vector-routing",
    "flow-monitor",
    "wifi",
]

# NS3_ASSERT_ENABLE changes macros only, no layout: it may differ from the library's.
PROFILES = {
    # The flag lets functions of one file call and inline each other, though they are exported.
    "release": ["-O2", "-fno-semantic-interposition"],
    "debug": ["-Og", "-g", "-DNS3_ASSERT_ENABLE"],
    "sanitize": ["-O1", "-g1", "-fno-omit-frame-pointer", "-DNS3_ASSERT_ENABLE"],
}
# Programs find the library where they were built, and where ./waf install puts both.
RUN_IN_PLACE = ["-Wl,-rpath,$ORIGIN/..:$ORIGIN/../lib"]
# Where the Python package is under the build folder and under ${LIBDIR}; the library is above it.
PACKAGE = "python/ns3conntrack"
INSTALLED_PACKAGE = "${LIBDIR}/python3/dist-packages/ns3conntrack"
PACKAGE_RUN_IN_PLACE = ["-Wl,-rpath,$ORIGIN/../..:$ORIGIN/../../.."]
INSTALLED_PROGRAMS = ["conntrack-replay"]

FUZZ_SANITIZERS = "-fsanitize=fuzzer-no-link,address,undefined"


def options(opt):
    opt.load("compiler_cxx")
    group = opt.add_option_group("ns3-conntrack")
    group.add_option("--debug", action="store_true", help="configure: for a debugger")
    group.add_option("--optimized", action="store_true", help="configure: -O2, the default")
    group.add_option("--sanitize", default="", help="configure: e.g. address,undefined")
    group.add_option("--seconds", type=int, default=60, help="fuzz: time for each target")
    only = "check: of unit,system,corpus,python,notebooks,live; bench: of table,hop,python"
    group.add_option("--only", default="", help=only)
    names = "check: GoogleTest filter, part of a notebook's name; fuzz, bench: names"
    group.add_option("--filter", default="", help=names)


def configure(conf):
    conf.load("compiler_cxx gnu_dirs")
    if not Options.options.libdir:  # waf takes lib64 where such a folder is: Debian has lib
        conf.env.LIBDIR = conf.env.EXEC_PREFIX + "/lib"
    conf.load("gccdeps")  # exact and faster than waf's own scan of ns-3's headers
    ccache = conf.find_program("ccache", mandatory=False)
    flags = ["-fdiagnostics-color=auto", "-Werror"] + read_compile_flags(conf)
    # Modules that are used only by the names of their TypeIds would vanish otherwise.
    conf.env.append_value("LINKFLAGS", ["-Wl,--no-as-needed", "-Wl,-z,defs"])
    conf.env.append_value("INCLUDES", [conf.path.abspath()])
    conf.env.LIB_NS3 = ["ns3-" + name for name in LIBRARY_NS3_MODULES]
    conf.env.LIB_NS3_TEST = ["ns3-" + name for name in TEST_NS3_MODULES]
    conf.env.LIB_NS3_LIVE = ["ns3-fd-net-device"]
    conf.env.LIB_PCAP = ["pcap"]
    conf.env.LIB_EXPAT = ["expat"]
    conf.env.LIB_GTEST = ["gtest_main", "gmock", "gtest", "pthread"]
    conf.env.LIB_BENCH = ["benchmark_main", "benchmark", "pthread"]
    conf.check_cxx(
        fragment='#include "ns3/simulator.h"\nint main() { ns3::Simulator::Destroy(); }\n',
        cxxflags=flags,
        use="NS3",
        msg="Checking for ns-3",
        errmsg="not found (Debian: libns3-dev)",
    )
    if profile_name(conf.options) != "sanitize":
        configure_python(conf, flags)
    fuzz_env = conf.env.derive()
    fuzz_env.detach()

    conf.env.append_value("CXXFLAGS", flags + PROFILES[profile_name(conf.options)])
    if conf.options.sanitize:
        sanitizers = ["-fsanitize=" + conf.options.sanitize, "-fno-sanitize-recover=all"]
        conf.env.append_value("CXXFLAGS", sanitizers)
        # GCC's manual: with sanitizers it warns of what is set (std::regex in GCC 12).
        conf.env.append_value("CXXFLAGS", ["-Wno-maybe-uninitialized"])
        conf.env.append_value("LINKFLAGS", sanitizers)
        # Undefined symbols are then the sanitizer's, found when the program starts.
        conf.env.LINKFLAGS.remove("-Wl,-z,defs")
    if ccache:
        conf.env.CXX = ccache + conf.env.CXX
    conf.msg("Profile", profile_name(conf.options))

    # ./waf fuzz installs clang first; nothing is looked for here, so that others need no clang.
    conf.setenv("fuzz", fuzz_env)
    conf.env.CXX = conf.env.LINK_CXX = ["clang++-14"]
    if ccache:
        conf.env.CXX = ccache + conf.env.CXX
    conf.env.append_value("CXXFLAGS", flags + PROFILES["sanitize"])
    conf.env.append_value("CXXFLAGS", [FUZZ_SANITIZERS, "-fno-sanitize-recover=all"])
    conf.env.append_value("LINKFLAGS", ["-fsanitize=fuzzer,address,undefined"])
    conf.env.LINKFLAGS.remove("-Wl,-z,defs")


def configure_python(conf, flags):
    # waf runs with the Python that the package is for. A sanitizer would have to be in Python too:
    # such builds have no package.
    conf.env.INCLUDES_PYTHON = [sysconfig.get_path("include")]
    conf.env.CXXFLAGS_PYTHON = ["-fvisibility=hidden"]  # pybind11 wants it so
    conf.env.PYTHON_MODULE = "%s" + sysconfig.get_config_var("EXT_SUFFIX")
    conf.check_cxx(
        fragment="#include <pybind11/pybind11.h>\nint main() {}\n",
        features="cxx",
        cxxflags=flags,
        use="PYTHON",
        msg="Checking for pybind11 and Python's headers",
        errmsg="not found (Debian: pybind11-dev, python3-dev)",
    )


def read_compile_flags(conf):
    # The flags that clangd, clang-tidy and this build share, less what waf adds itself.
    node = conf.path.find_resource("compile_flags.txt")
    conf.files.append(node.abspath())  # a change configures again, like one of this file
    conf.hash = Utils.h_list((conf.hash, node.read("rb")))
    return [flag for flag in node.read().split() if flag not in ("-xc++", "-I.")]


def profile_name(chosen):
    if chosen.sanitize:
        return "sanitize"
    return "debug" if chosen.debug else "release"


class CheckContext(Build.BuildContext):
    """builds and runs all tests"""

    cmd = "check"


class DemoContext(Build.BuildContext):
    """builds and runs the demo"""

    cmd = "demo"


class BenchContext(Build.BuildContext):
    """builds and runs the benchmarks"""

    cmd = "bench"


class DocsContext(Build.BuildContext):
    """builds the documentation: build/doc/html/index.html"""

    cmd = "docs"


class FuzzContext(Build.BuildContext):
    """builds and runs the fuzz targets, with clang"""

    cmd = "fuzz"
    variant = "fuzz"


def build(bld):
    TaskGen.task_gen.mappings[".cc"] = compile_into_objects
    forget_missing_headers(bld)
    names = bld.options.filter
    if bld.cmd == "fuzz":
        build_fuzz_targets(bld)
        seconds = str(bld.options.seconds)
        run_script(bld, "test/run-fuzz.py", "--seconds", seconds, "--filter", names)
        return
    if bld.is_install:
        take_prefix(bld)
    build_library(bld)
    build_examples(bld)
    if bld.cmd == "demo":
        run_script(bld, "examples/demo.py")
        return
    if bld.env.PYTHON_MODULE:
        build_python(bld)
    if bld.is_install:
        return  # tests stay here
    if bld.cmd != "bench":
        build_documentation_tools(bld)
    if bld.cmd == "docs":
        run_script(bld, "doc/make-docs.py")
        return
    build_test(bld, "unit-tests", "test/unit/**/*.cc", "GTEST")
    build_test(bld, "system-tests", "test/system/**/*.cc", "GTEST")
    if bld.cmd != "bench":
        for source in bld.path.ant_glob("test/live/*.cc"):
            build_test(bld, source.name[: -len(".cc")], source.path_from(bld.path), "NS3_LIVE")
    if bld.cmd == "bench":
        build_test(bld, "table-bench", "test/bench/*.cc", "BENCH")
        build_test(bld, "hop-bench", "test/bench/hop/*.cc", "")
        only = bld.options.only
        run_script(bld, "test/run-bench.py", "--only", only, "--filter", names)
    if bld.cmd == "check":
        only = bld.options.only
        run_script(bld, "test/run-check.py", "--only", only, "--filter", names)


def take_prefix(bld):
    # waf itself takes --prefix when it configures only. The default would be taken for the user's.
    if not any(argument.startswith("--prefix") for argument in sys.argv):
        return
    old, new = bld.env.PREFIX, bld.options.prefix.rstrip("/")
    for name in ("BINDIR", "LIBDIR", "INCLUDEDIR"):
        value = bld.env[name]
        if value.startswith(old + "/"):
            bld.env[name] = new + value[len(old) :]


def forget_missing_headers(bld):
    # gccdeps of waf 2.0 stops at a header that was used last time and has been moved since.
    known = {header for headers in bld.node_deps.values() for header in headers}
    missing = {header for header in known if not header.exists()}
    for task, headers in bld.node_deps.items():
        if missing.intersection(headers):
            bld.node_deps[task] = []


def compile_into_objects(generator, node):
    # Objects get a folder apart: beside the programs, NAME.cc and NAME/ would want one name.
    source = node.path_from(generator.bld.srcnode)
    path = "objects/%s.%d.o" % (source, generator.idx)
    task = generator.create_task("cxx", node, generator.bld.bldnode.find_or_declare(path))
    generator.compiled_tasks = getattr(generator, "compiled_tasks", []) + [task]


def library_sources(bld):
    return bld.path.ant_glob("model/**/*.cc") + bld.path.ant_glob("helper/*.cc")


def build_library(bld):
    sources = library_sources(bld)
    if sources:
        bld.shlib(source=sources, target="ns3-conntrack", use="NS3 PCAP EXPAT")
    headers = bld.path.ant_glob("model/**/*.h") + bld.path.ant_glob("helper/*.h")
    bld.install_files("${INCLUDEDIR}/ns3-conntrack", headers, relative_trick=True)


def build_examples(bld):
    # The others are not built when something is installed.
    wanted = [
        source
        for source in bld.path.ant_glob("examples/*.cc")
        if not bld.is_install or source.name[: -len(".cc")] in INSTALLED_PROGRAMS
    ]
    names = [source.name[: -len(".cc")] for source in wanted]
    for parts in [each for each in companions(bld) if each.name in names]:
        bld.stlib(
            source=parts.ant_glob("**/*.cc"), target=archive(parts), use="NS3", install_path=None
        )
    for source in wanted:
        name = source.name[: -len(".cc")]
        parts = bld.path.find_dir("examples/" + name)
        bld.program(
            source=[source],
            target="examples/" + name,
            use=([archive(parts)] if parts else []) + everything_to_link(bld),
            linkflags=RUN_IN_PLACE,
            install_path="${BINDIR}" if name in INSTALLED_PROGRAMS else None,
        )


def build_python(bld):
    package = bld.path.find_dir("bindings/ns3conntrack")
    env = bld.env.derive()
    env.detach()
    env.cxxshlib_PATTERN = env.PYTHON_MODULE
    env.LINKFLAGS.remove("-Wl,-z,defs")  # Python's own symbols are found when it loads the module
    bld.shlib(
        source=bld.path.ant_glob("bindings/*.cc"),
        target=PACKAGE + "/_native",
        use=["ns3-conntrack", "NS3", "PYTHON"],
        env=env,
        linkflags=PACKAGE_RUN_IN_PLACE,
        install_path=INSTALLED_PACKAGE,
    )
    for node in package.ant_glob("**/*.py **/*.pyi **/py.typed"):
        name = node.path_from(package)
        bld(
            features="subst",
            is_copy=True,
            source=node,
            target="%s/%s" % (PACKAGE, name),
            install_path="%s/%s" % (INSTALLED_PACKAGE, node.parent.path_from(package)),
        )


def build_documentation_tools(bld):
    for source in bld.path.ant_glob("doc/*.cc"):
        bld.program(
            source=[source],
            target="doc/" + source.name[: -len(".cc")],
            use=everything_to_link(bld),
            linkflags=RUN_IN_PLACE,
            install_path=None,
        )


def build_test(bld, name, pattern, framework):
    sources = bld.path.ant_glob(pattern)
    if sources:
        bld.program(
            source=sources,
            target="test/" + name,
            use=[archive(parts) for parts in companions(bld)]
            + everything_to_link(bld)
            + ([framework] if framework else []),
            linkflags=RUN_IN_PLACE,
            install_path=None,
        )


def build_fuzz_targets(bld):
    # A static library beneath, so that a target links only what it reaches.
    targets = bld.path.ant_glob("test/fuzz/fuzz-*.cc")
    if not targets:
        return
    sources = library_sources(bld)
    for parts in companions(bld):
        sources += parts.ant_glob("**/*.cc")
    if sources:
        bld.stlib(source=sources, target="fuzzed", use="NS3", install_path=None)
    for source in targets:
        bld.program(
            source=[source],
            target="test/fuzz/" + source.name[: -len(".cc")],
            use=(["fuzzed"] if sources else []) + ["NS3", "PCAP", "EXPAT"],
            install_path=None,
        )


def companions(bld):
    # The folders examples/NAME that hold the further sources of the program NAME.
    programs = {source.name[: -len(".cc")] for source in bld.path.ant_glob("examples/*.cc")}
    folders = bld.path.ant_glob("examples/*", dir=True, src=False)
    return [each for each in folders if each.name in programs and each.ant_glob("**/*.cc")]


def archive(parts):
    return "examples/%s-parts" % parts.name


def everything_to_link(bld):
    return (["ns3-conntrack"] if library_sources(bld) else []) + ["NS3", "NS3_TEST"]


def run_script(bld, script, *arguments):
    # The script is told the output folder.
    run_afterwards(bld, [PYTHON, script, "--build", bld.out_dir] + list(arguments))


def run_afterwards(bld, command):
    # Runs a command when all is built; its last line is then ours.

    def run(bld):
        sys.stdout.flush()
        code = subprocess.call(command, cwd=bld.path.abspath())
        if code or not Options.commands:
            sys.exit(code)

    bld.add_post_fun(run)
