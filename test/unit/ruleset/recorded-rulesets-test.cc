/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "test/unit/ruleset/ruleset-fixture.h"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using Json = nlohmann::ordered_json;

/// Words in the rules of a real router that cannot be loaded, and what is said then.
struct Refusal
{
    const char* word;   ///< in ruleset.json
    const char* reason; ///< in the message
};

const Refusal REFUSALS[] = {
    {"\"fib\"", "\"fib\" is not supported"},
    {R"({"mangle": {"key": {"payload")", "packets are not rewritten"},
    {R"({"mangle": {"key": {"ct": {"key": "label")", "\"ct label\" is not supported"},
    {"\"jump {", "nft wrote this statement as text"},
};

std::string
ReadFile(const std::filesystem::path& path)
{
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string
WhyRefusedWithHelpers(const std::string& text)
{
    const Ptr<FakeHelper> any =
        CreateObject<FakeHelper>(std::vector<ExpectationPolicy>{{"", 1, SECOND}});
    RulesetEnvironment environment;
    environment.findHelper = [any](const std::string&, Family, uint8_t) {
        return static_cast<const ProtocolHelper*>(PeekPointer(any));
    };
    try
    {
        const auto rules = Ruleset::Load(text, environment);
        EXPECT_EQ(rules->ToJson(0).dump(), Json::parse(text).dump());
    }
    catch (const RulesetError& error)
    {
        return error.what();
    }
    return "";
}

// The rules of every recorded case: they load and come out again as they were, or the message names
// what is not supported.
TEST(RecordedRulesets, LoadOrNameWhatIsNotSupported)
{
    const std::filesystem::path folder = std::filesystem::path("test") / "corpus";
    if (!std::filesystem::exists(folder))
    {
        GTEST_SKIP() << "not run from the top folder";
    }
    std::size_t loaded = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    {
        if (entry.path().filename() != "ruleset.json")
        {
            continue;
        }
        SCOPED_TRACE(entry.path().string());
        const std::string text = ReadFile(entry.path());
        const std::string message = WhyRefusedWithHelpers(text);
        bool mayBeRefused = false;
        bool isNamed = false;
        for (const Refusal& refusal : REFUSALS)
        {
            mayBeRefused = mayBeRefused || text.find(refusal.word) != std::string::npos;
            isNamed = isNamed || message.find(refusal.reason) != std::string::npos;
        }
        EXPECT_EQ(!message.empty(), mayBeRefused) << message;
        EXPECT_EQ(!message.empty(), isNamed) << message;
        loaded += message.empty() ? 1 : 0;
    }
    EXPECT_GT(loaded, 200U);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
