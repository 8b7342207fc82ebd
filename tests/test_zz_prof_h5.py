import cProfile, pstats, time
from tests.test_bulk import *
@pytest.mark.django_db
def test_profile(consultation, places, ada_persona):
    rows = planned([(i % 4, 0, None if i % 50 == 0 else i - 1) for i in range(20_000)], places, [ada_persona])
    t=time.time(); c=time.process_time()
    p = cProfile.Profile()
    p.runcall(insert_many, rows)
    print("wall", time.time()-t, "cpu", time.process_time()-c)
    pstats.Stats(p).sort_stats("cumtime").print_stats("bulk|ledger|query.py")
    t=time.time(); c=time.process_time()
    insert_many([replace(r, submission_id=__import__('uuid').uuid4()) for r in rows])
    print("wall", time.time()-t, "cpu", time.process_time()-c)
