/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * Replays recorded cases and captures through a simulated Linux router: see --help.
 */

#include "examples/conntrack-replay/options.h"
#include "helper/replay-case-run.h"

#include <iostream>

using namespace ns3::conntrack;

namespace
{

void
RunCommand(const ReplayCommand& command)
{
    switch (command.kind)
    {
    case ReplayCommand::Kind::Help:
        std::cout << HelpText();
        break;
    case ReplayCommand::Kind::Case:
        CaseReplay(command.folder, command.options).Run();
        break;
    case ReplayCommand::Kind::Capture:
        CaptureReplay(command.capture, command.options).Run();
        break;
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    try
    {
        ReplayCommand command = ParseCommand({argv + 1, argv + argc});
        command.options.lines = &std::cout;
        command.options.errors = &std::cerr;
        RunCommand(command);
        std::cout.flush();
        return 0;
    }
    catch (const std::exception& error)
    {
        std::cerr << "conntrack-replay: " << error.what() << "\n";
        return 1;
    }
}
