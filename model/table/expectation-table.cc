/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/table/expectation-table.h"

#include "model/flow/rate-limit.h"
#include "model/table/expectation-match.h"
#include "model/table/expectation-timers.h"
#include "model/table/hash.h"

#include "ns3/assert.h"
#include "ns3/log.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

NS_LOG_COMPONENT_DEFINE("ConntrackExpectationTable");

NS_OBJECT_ENSURE_REGISTERED(ExpectationTable);

namespace
{

using Bucket =
    boost::intrusive::list<Expectation,
                           boost::intrusive::member_hook<Expectation,
                                                         boost::intrusive::list_member_hook<>,
                                                         &Expectation::inBucket>,
                           boost::intrusive::constant_time_size<false>>;

// Row E19.
constexpr uint32_t CONNTRACK_BUCKETS_PER_BUCKET = 256;
constexpr uint32_t EXPECTATIONS_PER_BUCKET = 4;

/// A mask with every bit of an address of the family.
Address
FullMask(Family family)
{
    Address mask;
    std::fill_n(mask.bytes.begin(), family == Family::Ipv4 ? 4 : 16, 0xff);
    return mask;
}

} // namespace

/// The buckets and what surrounds them.
class ExpectationTable::Impl
{
  public:
    Setup setup;
    Statistics ownStatistics;
    Statistics* statistics{&ownStatistics};
    const KernelProfile* profile{KernelProfile::Find("v5.10")};
    std::array<uint64_t, 3> keys{};
    std::vector<Bucket> buckets = std::vector<Bucket>(1);
    Slab<Expectation> slab;
    ExpectationTimers timers{slab};
    NoticeCallback onNotice;
    std::function<void(const std::string&)> onLog;
    RateLimit fullWarnings;
    uint32_t maximum{0};
    uint32_t count{0};
    uint32_t lastId{0};

    /// Those that a test names, in bucket order, a reference held to each.
    std::vector<Expectation*> Hold(const std::function<bool(const Expectation&)>& which)
    {
        std::vector<Expectation*> held;
        for (Bucket& bucket : buckets)
        {
            for (Expectation& expectation : bucket)
            {
                if (which(expectation))
                {
                    ++expectation.references;
                    held.push_back(&expectation);
                }
            }
        }
        return held;
    }
};

TypeId
ExpectationTable::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::conntrack::ExpectationTable")
            .SetParent<Object>()
            .SetGroupName("Conntrack")
            .AddConstructor<ExpectationTable>()
            .AddTraceSource("New",
                            "An expectation was inserted.",
                            MakeTraceSourceAccessor(&ExpectationTable::m_newTrace),
                            "ns3::conntrack::ExpectationTable::NoticeTracedCallback")
            .AddTraceSource("Destroy",
                            "An expectation was removed; the notice says why.",
                            MakeTraceSourceAccessor(&ExpectationTable::m_destroyTrace),
                            "ns3::conntrack::ExpectationTable::NoticeTracedCallback");
    return tid;
}

ExpectationTable::ExpectationTable()
    : m_impl(std::make_unique<Impl>())
{
    Initialize({});
}

ExpectationTable::~ExpectationTable() = default;

void
ExpectationTable::DoDispose()
{
    for (Expectation* expectation : m_impl->Hold([](const Expectation&) { return true; }))
    {
        if (expectation->inBucket.is_linked()) // its timer pending or not
        {
            Unlink(*expectation, 0, ExpectationEnd::Deleted, {});
        }
        Put(*expectation);
    }
    m_impl = std::make_unique<Impl>();
    Object::DoDispose();
}

void
ExpectationTable::Initialize(const Setup& setup)
{
    NS_ASSERT_MSG(m_impl->count == 0, "the expectation table is in use");
    m_impl->setup = setup;
    m_impl->statistics = setup.statistics ? setup.statistics : &m_impl->ownStatistics;
    m_impl->profile = setup.profile ? setup.profile : KernelProfile::Find("v5.10");
    m_impl->keys = ExpandKey(setup.hashKey);
    const uint32_t derived = std::max(setup.conntrackBuckets / CONNTRACK_BUCKETS_PER_BUCKET, 1U);
    const uint32_t size = setup.hashSize != 0 ? setup.hashSize : derived;
    m_impl->buckets = std::vector<Bucket>(size);
    m_impl->maximum = size * EXPECTATIONS_PER_BUCKET;
}

void
ExpectationTable::SetNoticeCallback(NoticeCallback callback)
{
    m_impl->onNotice = std::move(callback);
}

void
ExpectationTable::SetLogCallback(std::function<void(const std::string&)> callback)
{
    m_impl->onLog = std::move(callback);
}

const KernelProfile&
ExpectationTable::GetProfile() const
{
    return *m_impl->profile;
}

ExpiryClock&
ExpectationTable::Clock()
{
    return m_impl->timers.Clock();
}

void
ExpectationTable::SetMaximum(uint32_t maximum)
{
    m_impl->maximum = maximum;
}

uint32_t
ExpectationTable::GetMaximum() const
{
    return m_impl->maximum;
}

uint32_t
ExpectationTable::GetHashSize() const
{
    return static_cast<uint32_t>(m_impl->buckets.size());
}

uint32_t
ExpectationTable::BucketOf(const Tuple& tuple) const
{
    Tuple key; // only what row E3 names; the source is often unknown
    key.destination = tuple.destination;
    key.destinationPort = tuple.destinationPort;
    key.protocol = tuple.protocol;
    key.family = tuple.family;
    const uint64_t hash = HashBytes40(&key, m_impl->keys);
    return static_cast<uint32_t>(hash * m_impl->buckets.size() >> 32);
}

Expectation*
ExpectationTable::Find(const Tuple& tuple, uint16_t zone)
{
    if (m_impl->count == 0)
    {
        return nullptr;
    }
    for (Expectation& expectation : m_impl->buckets[BucketOf(tuple)])
    {
        if (Awaits(expectation, tuple, zone))
        {
            return &expectation;
        }
    }
    return nullptr;
}

Expectation*
ExpectationTable::Take(const Tuple& tuple, uint16_t zone, Nanos now)
{
    if (m_impl->count == 0)
    {
        return nullptr;
    }
    Bucket& bucket = m_impl->buckets[BucketOf(tuple)];
    const auto match =
        std::find_if(bucket.begin(), bucket.end(), [&](const Expectation& candidate) {
            return (candidate.flags & expectation_flag::INACTIVE) == 0 &&
                   Awaits(candidate, tuple, zone);
        });
    if (match == bucket.end())
    {
        return nullptr;
    }
    // The first match decides: when it cannot be used, no other is tried.
    Expectation& expectation = *match;
    if (!expectation.master->Is(status::CONFIRMED) ||
        (m_impl->profile->dyingMasterIsRefused && expectation.master->Is(status::DYING)))
    {
        return nullptr;
    }
    ++expectation.references;
    if ((expectation.flags & expectation_flag::PERMANENT) == 0 &&
        !Withdraw(expectation, now, ExpectationEnd::Used))
    {
        --expectation.references;
        return nullptr;
    }
    return &expectation;
}

Expectation*
ExpectationTable::Allocate(Connection& master)
{
    Expectation* expectation = m_impl->slab.Allocate();
    expectation->master = &master;
    expectation->references = 1;
    expectation->id = ++m_impl->lastId;
    return expectation;
}

void
ExpectationTable::Fill(Expectation& expectation, const Endpoints& endpoints)
{
    expectation.flags = 0;
    expectation.function = nullptr;
    expectation.helper = nullptr;
    expectation.classNumber = static_cast<uint16_t>(endpoints.classNumber);
    expectation.tuple = Tuple{};
    expectation.mask = SourceMask{};
    Tuple& tuple = expectation.tuple;
    tuple.family = endpoints.family;
    tuple.protocol = endpoints.protocol;
    tuple.destination = endpoints.destination;
    tuple.destinationPort = endpoints.destinationPort;
    if (endpoints.source)
    {
        tuple.source = *endpoints.source;
        expectation.mask.address = FullMask(endpoints.family);
    }
    if (endpoints.sourcePort)
    {
        tuple.sourcePort = *endpoints.sourcePort;
        expectation.mask.port = 0xffff;
    }
}

ExpectResult
ExpectationTable::MakeRoom(Expectation& expectation, Nanos now, MasterTest masterTest)
{
    NS_ASSERT_MSG(expectation.classNumber < EXPECTATION_CLASSES, "no such class (row H25)");
    // A dying master has taken its expectations along: a later one would outlive it.
    if (expectation.master->help == nullptr || expectation.master->Is(status::DYING))
    {
        return ExpectResult::ShutDown;
    }
    Bucket& bucket = m_impl->buckets[BucketOf(expectation.tuple)];
    for (auto next = bucket.begin(); next != bucket.end();)
    {
        Expectation& old = *next++;
        if (IsOfMaster(old, expectation, masterTest, *m_impl->profile) &&
            IsSame(old, expectation, *m_impl->profile))
        {
            if (old.classNumber != expectation.classNumber || old.master != expectation.master)
            {
                return ExpectResult::Already;
            }
            if (Withdraw(old, now, ExpectationEnd::Refreshed))
            {
                break;
            }
        }
        else if (Clash(old, expectation, *m_impl->profile))
        {
            return ExpectResult::Busy;
        }
    }
    HelperArea& area = *expectation.master->help;
    const uint32_t allowed =
        area.helper ? PolicyOf(*area.helper, expectation.classNumber).maxExpected : 0;
    const uint32_t& present = area.expecting[expectation.classNumber];
    if (allowed != 0 && present >= allowed)
    {
        EvictOldest(area, expectation.classNumber, now);
        if (present >= allowed)
        {
            return ExpectResult::TooMany;
        }
    }
    if (m_impl->count >= m_impl->maximum)
    {
        if (m_impl->onLog && m_impl->fullWarnings.Allows(now))
        {
            m_impl->onLog("nf_conntrack: expectation table full");
        }
        return ExpectResult::TooMany;
    }
    return ExpectResult::Ok;
}

void
ExpectationTable::EvictOldest(HelperArea& area, uint32_t classNumber, Nanos now)
{
    const auto oldest = std::find_if(
        area.expectations.rbegin(),
        area.expectations.rend(),
        [&](const Expectation& candidate) { return candidate.classNumber == classNumber; });
    if (oldest != area.expectations.rend())
    {
        Withdraw(*oldest, now, ExpectationEnd::Evicted);
    }
}

void
ExpectationTable::Insert(Expectation& expectation, Nanos now, Nanos timeout)
{
    HelperArea& area = *expectation.master->help;
    area.expectations.push_front(expectation);
    ++area.expecting[expectation.classNumber];
    m_impl->buckets[BucketOf(expectation.tuple)].push_front(expectation);
    ++m_impl->count;
    ++expectation.references;
    m_impl->timers.Start(expectation,
                         now,
                         area.helper ? PolicyOf(*area.helper, expectation.classNumber).timeout
                                     : timeout);
    ++m_impl->statistics->expectCreate;
}

ExpectResult
ExpectationTable::Expect(Expectation& expectation,
                         Nanos now,
                         MasterTest masterTest,
                         const Requester& requester,
                         Nanos timeout)
{
    const ExpectResult room = MakeRoom(expectation, now, masterTest);
    if (room != ExpectResult::Ok)
    {
        return room;
    }
    Insert(expectation, now, timeout);
    Report({expectation, ExpectationEvent::New, ExpectationEnd::Deleted, now, requester});
    return ExpectResult::Ok;
}

void
ExpectationTable::Report(const ExpectationNotice& notice)
{
    if (m_impl->onNotice)
    {
        m_impl->onNotice(notice);
    }
    (notice.event == ExpectationEvent::New ? m_newTrace : m_destroyTrace)(notice);
}

void
ExpectationTable::Unlink(Expectation& expectation,
                         Nanos now,
                         ExpectationEnd end,
                         const Requester& requester)
{
    HelperArea& area = *expectation.master->help;
    expectation.timerPending = false;
    Bucket& bucket = m_impl->buckets[BucketOf(expectation.tuple)];
    bucket.erase(bucket.iterator_to(expectation));
    area.expectations.erase(area.expectations.iterator_to(expectation));
    --area.expecting[expectation.classNumber];
    --m_impl->count;
    Report({expectation, ExpectationEvent::Destroy, end, now, requester});
    ++m_impl->statistics->expectDelete;
    Put(expectation);
}

bool
ExpectationTable::Withdraw(Expectation& expectation,
                           Nanos now,
                           ExpectationEnd end,
                           const Requester& requester)
{
    if (!expectation.timerPending)
    {
        return false;
    }
    Unlink(expectation, now, end, requester);
    return true;
}

bool
ExpectationTable::Rearm(Expectation& expectation, Nanos now, Nanos timeout)
{
    if (!expectation.timerPending)
    {
        return false;
    }
    m_impl->timers.Start(expectation, now, timeout);
    return true;
}

void
ExpectationTable::RemoveOf(Connection& master, Nanos now)
{
    if (master.help == nullptr)
    {
        return;
    }
    std::vector<Expectation*> held; // whoever is told of one may remove others
    for (Expectation& expectation : master.help->expectations)
    {
        ++expectation.references;
        held.push_back(&expectation);
    }
    for (Expectation* expectation : held)
    {
        Withdraw(*expectation, now, ExpectationEnd::MasterGone);
        Put(*expectation);
    }
}

void
ExpectationTable::RemoveIf(const std::function<bool(const Expectation&)>& which,
                           Nanos now,
                           ExpectationEnd end,
                           const Requester& requester)
{
    for (Expectation* expectation : m_impl->Hold(which)) // whoever is told of one may remove others
    {
        Withdraw(*expectation, now, end, requester);
        Put(*expectation);
    }
}

void
ExpectationTable::Put(Expectation& expectation)
{
    if (--expectation.references == 0)
    {
        expectation.id = 0;
        m_impl->slab.Free(expectation);
    }
}

Nanos
ExpectationTable::EarliestReminder() const
{
    return m_impl->timers.EarliestReminder();
}

std::optional<Nanos>
ExpectationTable::NextDeadline()
{
    return m_impl->timers.Next();
}

void
ExpectationTable::Expire(Nanos now)
{
    while (Expectation* due = m_impl->timers.TakeDue(now))
    {
        Withdraw(*due, now, ExpectationEnd::Expired);
    }
}

uint32_t
ExpectationTable::Size() const
{
    return m_impl->count;
}

void
ExpectationTable::ForEach(const std::function<void(const Expectation&)>& visit) const
{
    for (const Bucket& bucket : m_impl->buckets)
    {
        for (const Expectation& expectation : bucket)
        {
            visit(expectation);
        }
    }
}

} // namespace conntrack
} // namespace ns3
