/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * The GoogleTest cases as ns-3's test suite "conntrack", for ./test.py of a tree of ns-3 that has
 * this module in contrib/conntrack.
 *
 * Layer: test.
 * Shape: each GoogleTest suite is a TestCase of ns-3, and each failed check a failure of it.
 */

#include "ns3/names.h"
#include "ns3/simulator.h"
#include "ns3/test.h"

#include <algorithm>
#include <filesystem>
#include <gtest/gtest.h>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

/// A failed check.
struct Failure
{
    std::string test; ///< "Suite.Test"; empty: outside of a test
    std::string message;
    std::string file;
    int line;
};

/// Listens to GoogleTest in the place of its printer.
class Journal : public ::testing::EmptyTestEventListener
{
  public:
    /// @return the failures since the last call
    std::vector<Failure> Take()
    {
        return std::exchange(m_failures, {});
    }

    uint32_t passed{0};
    uint32_t failed{0};
    uint32_t skipped{0};

  private:
    void OnTestStart(const ::testing::TestInfo& test) override
    {
        m_running = std::string(test.test_suite_name()) + "." + test.name();
    }

    void OnTestPartResult(const ::testing::TestPartResult& part) override
    {
        if (part.failed())
        {
            const char* file = part.file_name() != nullptr ? part.file_name() : "";
            m_failures.push_back({m_running, part.message(), file, part.line_number()});
        }
    }

    void OnTestEnd(const ::testing::TestInfo& test) override
    {
        const ::testing::TestResult& result = *test.result();
        ++(result.Failed() ? failed : result.Skipped() ? skipped : passed);
        m_running.clear();
    }

    std::string m_running;
    std::vector<Failure> m_failures;
};

/// A GoogleTest suite.
class GoogleTestCase : public TestCase
{
  public:
    /// @param suite its name @param journal that listens
    GoogleTestCase(const std::string& suite, Journal& journal)
        : TestCase(NameOf(suite)),
          m_suite(suite),
          m_journal(journal)
    {
    }

    /// Tell ns-3 what failed. Only at the end: it runs no further case once one has failed.
    void Report()
    {
        for (const Failure& failure : m_failures)
        {
            ReportTestFailure(failure.test,
                              "failed",
                              "passed",
                              failure.message,
                              failure.file,
                              failure.line);
        }
        m_failures.clear();
    }

  private:
    /// Names of ns-3's cases have no slash.
    static std::string NameOf(std::string suite)
    {
        std::replace(suite.begin(), suite.end(), '/', ':');
        return suite;
    }

    void DoRun() override
    {
        GTEST_FLAG_SET(filter, m_suite + ".*");
        const int code = RUN_ALL_TESTS();
        m_failures = m_journal.Take();
        if (code != 0 && m_failures.empty())
        {
            m_failures.push_back({m_suite, "GoogleTest failed without a word", "", 0});
        }
        if (!MustContinueOnFailure())
        {
            Report();
        }
    }

    void DoTeardown() override
    {
        Simulator::Destroy();
        Names::Clear();
    }

    std::string m_suite;
    Journal& m_journal;
    std::vector<Failure> m_failures;
};

/// All of them.
class ConntrackTestSuite : public TestSuite
{
  public:
    ConntrackTestSuite()
        : TestSuite("conntrack", Type::SYSTEM)
    {
        SetDataDir("contrib/conntrack/test"); // where the build has it, too
    }

  private:
    void DoSetup() override
    {
        // Tests read test/corpus from the top folder of this module.
        m_folder = std::filesystem::current_path();
        std::filesystem::current_path(CreateDataDirFilename(".."));

        int count = 1;
        char name[] = "conntrack";
        char* arguments[] = {name, nullptr};
        ::testing::InitGoogleTest(&count, arguments); // makes the suites of TEST_P
        ::testing::UnitTest& all = *::testing::UnitTest::GetInstance();
        delete all.listeners().Release(all.listeners().default_result_printer());
        m_journal = new Journal;
        all.listeners().Append(m_journal); // which owns it
        for (int i = 0; i < all.total_test_suite_count(); ++i)
        {
            m_cases.push_back(new GoogleTestCase(all.GetTestSuite(i)->name(), *m_journal));
            AddTestCase(m_cases.back());
        }
    }

    void DoRun() override
    {
        for (GoogleTestCase* each : m_cases)
        {
            each->Report();
        }
    }

    void DoTeardown() override
    {
        std::cout << m_journal->passed << " passed, " << m_journal->failed << " failed, "
                  << m_journal->skipped << " skipped" << std::endl;
        std::filesystem::current_path(m_folder);
    }

    std::filesystem::path m_folder; ///< where the test runner was started
    Journal* m_journal{nullptr};
    std::vector<GoogleTestCase*> m_cases; ///< the parent's, too, which deletes them
};

ConntrackTestSuite g_conntrackTestSuite; ///< registers itself

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
